import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe, verdictOf } from "../../../gates/browser/axe/check.ts";
import { bestContrast } from "../../../gates/browser/axe/contrast.ts";
import { keyboardFindings } from "../../../gates/browser/axe/findings.ts";
import { walkByKeyboard } from "../../../gates/browser/axe/keyboard.ts";
import { axeSource } from "../../../gates/browser/axe/source.ts";
import { type Ground, openGround } from "./chromium.ts";

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.close());

const rules = (findings: { ruleId: string }[]) => findings.map(({ ruleId }) => ruleId.slice("axe/".length));

describe("axe", () => {
  it("finds nothing on a page without barriers, which has a gradient, a spinner and a wide region", async () => {
    const visit = await ground.visit("/axe/good.html");
    const { status, findings, metrics } = await axe.run(visit);
    expect(findings).toEqual([]);
    expect(status).toBe("passed");
    // The contrast over the gradient was measured, not guessed.
    expect(metrics).toMatchObject({ decided: 2, open: 0 });
  });

  it("names each barrier, its element and the way out", async () => {
    const visit = await ground.visit("/axe/bad.html");
    const { status, findings } = await axe.run(visit);
    expect(status).toBe("failed");
    const expected = {
      "change-navigates": "#jump",
      "choice-without-group": "#r1",
      "click-without-keyboard": "#fake",
      "color-contrast": "#picture",
      "endless-animation": "#blink",
      "image-text-vague": "#file",
      "keyboard-trap": "#trap",
      "link-vague": "#vague",
      "link-without-target": "#nowhere",
      "placeholder-as-label": "#holder",
      "placeholder-contrast": "#holder",
      reflow: "#wide",
      "table-without-headers": "#table",
      "text-justified": "#even",
      "title-vague": "html",
    };
    for (const [rule, selector] of Object.entries(expected)) {
      const finding = findings.find(({ ruleId }) => ruleId === `axe/${rule}`);
      expect(finding?.message, rule).toContain(selector);
      expect(finding?.fix?.description, rule).toMatch(/\w+ .*\w/);
    }
    expect(new Set(rules(findings))).toEqual(new Set(Object.keys(expected)));
    // What was changed for looking is as it was.
    expect(await visit.page.locator("#picture").getAttribute("style")).toBeNull();
    expect(visit.page.viewportSize()).toEqual({ width: 1280, height: 800 });
  });

  it("names what only a mouse can use, what hides the focus, and what a reader cannot make readable", async () => {
    const visit = await ground.visit("/axe/pointer-bad.html");
    const { findings } = await axe.run(visit);
    const expected = {
      "button-without-keys": "#mute",
      "click-without-keyboard": "#heard",
      "color-contrast": "text",
      "dialog-without-focus": "#over",
      "drag-only": "#drag",
      "error-untied": "#code",
      "field-edge-contrast": "#pale",
      "focus-lost": "#gone",
      "focus-obscured": "#under has the focus wholly under #bar",
      "hover-only": "#menu",
      "passage-language": "#french",
      "text-follows-window": "#sized",
      "text-spacing": "#box",
    };
    for (const [rule, selector] of Object.entries(expected)) {
      const finding = findings.find(({ ruleId }) => ruleId === `axe/${rule}`);
      expect(finding?.message, rule).toContain(selector);
      expect(finding?.fix?.description, rule).toMatch(/\w+ .*\w/);
    }
    expect(new Set(rules(findings))).toEqual(new Set(Object.keys(expected)));
    // The same things done well.
    expect((await axe.run(await ground.visit("/axe/pointer-good.html"))).findings).toEqual([]);
  });

  it("names what is written and marked up so that not everybody understands it", async () => {
    const visit = await ground.visit("/axe/words-bad.html");
    const { findings } = await axe.run(visit);
    const expected = {
      "autocomplete-missing": "#mail",
      "colour-instruction": "#red",
      "element-obsolete": "#middle",
      "fieldset-without-legend": "#pair",
      "heading-fake": "#loud",
      "image-text-wordy": "#wordy",
      "label-orphan": "#orphan",
      "link-in-context-vague": "a",
      "link-is-address": "#address",
      "link-new-window": "#window",
      "list-fake": "#bullets",
      "motion-without-pause": "#slides",
      "required-by-colour": "#painted",
      "submit-missing": "#dumb",
      "table-layout-marked": "#columns",
      "text-capitals": "#shouted",
      "text-italic": "#leaning",
      "text-spread": "#spread",
      "text-tight": "#tight",
      "text-tiny": "#small",
      "text-underlined": "#stressed",
    };
    for (const [rule, selector] of Object.entries(expected)) {
      const finding = findings.find(({ ruleId }) => ruleId === `axe/${rule}`);
      expect(finding?.message, rule).toContain(selector);
      expect(finding?.fix?.description, rule).toMatch(/\w+ .*\w/);
    }
    expect(new Set(rules(findings))).toEqual(new Set(Object.keys(expected)));
    expect((await axe.run(await ground.visit("/axe/words-good.html"))).findings).toEqual([]);
  });

  it("names what lies over the page without a role, what plays without an end, and a page in another language", async () => {
    const unsaid = await axe.run(await ground.visit("/axe/dialog-unsaid.html"));
    expect(rules(unsaid.findings).sort()).toEqual([
      "dialog-without-role",
      "media-without-controls",
      "motion-without-pause",
      "video-caption-open",
    ]);
    ground.pages.set(
      "/german",
      `<!doctype html><html lang=en><title>Tee vom Berg</title><main><h1>Tee vom Berg</h1>
       <p>Der Tee wird mit der Hand auf dem Berg gepflückt und ist nicht von dieser Welt.</p>
       <p>Die Blätter sind für eine Kanne oder zwei, und wir rösten sie auch im Haus.</p></main>`,
    );
    const { findings } = await axe.run(await ground.visit("/german"));
    expect(rules(findings)).toContain("language-mismatch");
  });

  it("examines every frame under a policy that forbids every script", async () => {
    ground.headers["content-security-policy"] = "default-src 'none'; frame-src *; style-src 'unsafe-inline'";
    ground.pages.set("/inner", "<!doctype html><html lang=en><title>In</title><main><img src=a.png></main>");
    const other = ground.url.replace("127.0.0.1", "localhost");
    ground.pages.set(
      "/outer",
      `<!doctype html><html lang=en><title>Two frames of tea</title><main><h1>Tea</h1>
       <iframe id=own title=own src=/inner></iframe><iframe id=foreign title=foreign src="${other}/inner"></iframe></main>`,
    );
    try {
      const { findings, metrics } = await axe.run(await ground.visit("/outer"));
      expect(metrics).toMatchObject({ frames: 3 });
      const images = findings.filter(({ ruleId }) => ruleId === "axe/image-alt");
      expect(images.map(({ message }) => message.match(/#\w+ >>> img/)?.[0])).toEqual([
        "#own >>> img",
        "#foreign >>> img",
      ]);
    } finally {
      ground.headers = {};
    }
  });

  it("says where the element that blinds the focus stands", async () => {
    ground.pages.set(
      "/focus",
      `<!doctype html><html lang=en><title>Where is the focus</title><style>.no:focus{outline:none}.bg:focus{outline:none;background:#eef}</style>
       <main><h1>Focus</h1><button>seen</button> <button class=bg>seen too</button> <button class=no id=gone>not seen</button></main>
       <script>document.querySelector("#gone").__vueParentComponent = { type: { __name: "BuyButton", __file: "src/BuyButton.vue" } }</script>`,
    );
    const { findings } = await axe.run(await ground.visit("/focus", { axe: { reflow: false } }));
    expect(rules(findings)).toEqual(["focus-visible"]);
    expect(findings[0]?.message).toContain("#gone");
  });

  it("leaves out what the config says", async () => {
    const visit = await ground.visit("/axe/bad.html", {
      axe: { keyboard: false, reflow: false, disable: ["text-justified", "endless-animation"] },
    });
    const found = rules((await axe.run(visit)).findings);
    for (const rule of ["text-justified", "endless-animation", "keyboard-trap", "reflow"])
      expect(found).not.toContain(rule);
    expect(found).toContain("link-vague");
  });
});

describe("a page that keeps Tab for itself", () => {
  async function walk(name: string, limitMs = 20_000) {
    const { page, context } = await ground.visit(`/axe/${name}.html`);
    for (const frame of page.frames()) await frame.evaluate(axeSource().text);
    const walked = await walkByKeyboard(page, limitMs);
    await context.close();
    return walked;
  }

  it("is a trap, and not when Escape gives it back", async () => {
    const bad = await walk("tab-swallowed");
    expect(bad).toMatchObject({ swallows: true, reached: 2, expected: 3, complete: true });
    const where = { page: "/", root: "/", component: () => null };
    expect(keyboardFindings(bad, where)).toMatchObject([
      {
        ruleId: "axe/keyboard-trap",
        message: expect.stringContaining("#editor: the page keeps Tab for itself"),
      },
    ]);
    expect(await walk("tab-given-back")).toMatchObject({ trap: null, complete: true });
  });

  it("is a trap in a frame as well, and a long frame is none", async () => {
    const bad = await walk("tab-swallowed-in-frame");
    expect(bad).toMatchObject({ swallows: true, trap: [{ selector: "#editor >>> #text" }] });
    expect(await walk("tab-through-frame")).toMatchObject({ trap: null, complete: true });
  });

  it("is a trap when two elements pull the focus back and forth", async () => {
    const { trap, swallows } = await walk("tab-fought-over");
    expect(trap?.map(({ selector }) => selector).sort()).toEqual(["#name", "#place"]);
    expect(swallows).toBe(false);
  });

  it("has not passed when time was over before the end of the way", async () => {
    expect(await walk("tab-given-back", -1)).toMatchObject({ complete: false, trap: null });
    const blind = [{ kind: "out-of-time", message: "time was over" }];
    expect(verdictOf([], blind, {})).toMatchObject({ status: "errored", failureClass: "out-of-time" });
    expect(verdictOf([], [], {})).toMatchObject({ status: "passed" });
  });
});

describe("the contrast of a letter", () => {
  const white = { width: 2, height: 1, data: Uint8Array.from([255, 255, 255, 255, 0, 0, 0, 255]) };
  it("is the best it has anywhere in its box, mixed with what is below", () => {
    const box = { x: 0, y: 0, width: 1, height: 1 };
    expect(bestContrast(white, box, [0, 0, 0, 1])).toBeCloseTo(21, 1);
    expect(bestContrast(white, box, [0, 0, 0, 0.5])).toBeCloseTo(3.95, 1);
    expect(bestContrast(white, { ...box, width: 2 }, [255, 255, 255, 1])).toBeCloseTo(21, 1);
    expect(bestContrast(white, { ...box, x: 5 }, [0, 0, 0, 1])).toBe(1);
  });
});
