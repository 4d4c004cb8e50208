import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Visit } from "../../../gates/browser/page-check.ts";
import { encodePng } from "../../../gates/browser/pixels/image.ts";
import { approveCommand } from "../../../gates/browser/visual/approve.ts";
import { visual } from "../../../gates/browser/visual/check.ts";
import { compare } from "../../../gates/browser/visual/compare.ts";
import { explain } from "../../../gates/browser/visual/explain.ts";
import { PROPERTIES, type Row, type Snapshot } from "../../../gates/browser/visual/snapshot.ts";
import { type Ground, openGround } from "./chromium.ts";

describe("visual", () => {
  const HTML = readFileSync(path.resolve("gates/browser/fixtures/visual/dynamic.html"), "utf8");
  let ground: Ground;
  let root: string;
  /** One for all: the check opens the page anew. */
  let visit: Visit | undefined;
  beforeAll(async () => {
    ground = await openGround();
    root = mkdtempSync(path.join(tmpdir(), "visual-test-"));
  });
  afterAll(async () => {
    await ground.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** Looks at the page with one more rule, as a run that keeps its artifacts below the root. */
  async function look(css = "", script = "") {
    ground.pages.set(
      "/page",
      HTML.replace("</style>", `${css}</style>`).replace("</body>", `<script>${script}</script></body>`),
    );
    const artifacts = path.join(root, "modsquad/logs/artifacts/run-1/browser");
    rmSync(artifacts, { recursive: true, force: true });
    mkdirSync(artifacts, { recursive: true });
    const saveArtifact = async (name: string, bytes: Uint8Array | string) => {
      const where = path.join(artifacts, `page-1280x800-${name}`);
      writeFileSync(where, bytes);
      return where;
    };
    const readFile = async (file: string) => {
      try {
        return readFileSync(path.join(root, file));
      } catch {
        return null;
      }
    };
    visit ??= await ground.visit("/page", {}, { root, slug: "page", readFile });
    const outcome = await visual.run({ ...visit, saveArtifact });
    return { ...outcome, artifacts: readdirSync(artifacts).sort() };
  }

  it("has no opinion without a baseline, and takes what a person approves for one", async () => {
    const first = await look();
    expect(first).toMatchObject({ status: "skipped", failureClass: "no-baseline", findings: [] });
    expect(first.message).toContain("meta-orch visual approve");
    expect(await approveCommand(["/elsewhere"], root)).toBe(2);
    expect(await approveCommand([], root)).toBe(0);
    const [key] = readdirSync(path.join(root, "visual-baselines"));
    expect(key).toMatch(new RegExp(`^${process.platform}-.*-chromium\\d+-[0-9a-f]{6}$`));
  });

  it("sees no difference in a page with a clock, chance, a fade and a spinner", async () => {
    for (let at = 0; at < 2; at += 1) expect(await look()).toMatchObject({ status: "passed", findings: [] });
    expect(await approveCommand([], root)).toBe(1);
  });

  it("says which element changed, and how", async () => {
    const { status, findings, artifacts } = await look(".price { color: #00507f }");
    expect(status).toBe("failed");
    expect(findings.map(({ ruleId, message }) => `${ruleId} ${message}`)).toEqual([
      "visual/style p.price (and 2 more like it) changed: color is rgb(0, 80, 127) instead of rgb(0, 80, 122)",
    ]);
    for (const part of ["before", "after", "diff"])
      expect(artifacts).toContain(`page-1280x800-visual-${part}.png`);
  });

  it("makes one finding of a shift of one pixel, with its cause", async () => {
    const { findings } = await look("h1 { margin: 0 0 17px }");
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toMatch(
      /^h1.* margin-bottom is 17px instead of 16px; \d+ elements moved by it, .* 1 px down$/,
    );
  });

  it("points at the picture when only pixels differ", async () => {
    const painted = await look("", 'paint.fillStyle = "#c00"; paint.fillRect(10, 10, 40, 40)');
    expect(painted.findings.map(({ ruleId, message }) => `${ruleId} ${message.slice(0, 21)}`)).toEqual([
      "visual/pixels #plot looks different",
    ]);
  });

  it("does not judge what never rests", async () => {
    const restless = await look(
      "",
      "let n = 0; setInterval(() => { lucky.textContent = String((n += 1)) }, 5)",
    );
    // On a busy machine it says so instead: neither is a pass.
    expect(["unstable", "inconclusive"]).toContain(restless.failureClass);
    expect(restless.message).toContain("masks");
    // With another number of digits the paragraph around it is the smallest that holds both.
    if (restless.failureClass === "unstable") expect(restless.message).toMatch(/see #(lucky|lead)\b/);
  });
});

const STYLE = PROPERTIES.map(() => "0");
const styled = (property: string, value: string) =>
  STYLE.map((old, at) => (PROPERTIES[at] === property ? value : old));
const row = (name: string, y: number, style = 0, text = "", height = 10): Row => [
  `html>${name}`,
  name,
  0,
  y,
  100,
  height,
  text,
  style,
  -1,
  -1,
];
const snapshot = (rows: Row[], ...more: string[][]): Snapshot => ({
  version: 1,
  width: 100,
  height: 100,
  rows,
  styles: [STYLE, ...more],
});

describe("an explanation", () => {
  const before = snapshot([row("a", 0), row("b", 10, 0, "old"), row("c", 20)]);
  it("is silent when the words are the same", () => expect(explain(before, before)).toEqual([]));
  it("tells texts, and elements that come and go", () => {
    const after = snapshot([row("a", 0), row("b", 10, 0, "new"), row("d", 20)]);
    expect(explain(before, after).map(({ kind, selector }) => `${kind} ${selector}`)).toEqual([
      "removed c",
      "added d",
      "text b",
    ]);
  });
  it("makes one of what moved together, when nothing else changed", () => {
    const after = snapshot([row("a", 0), row("b", 11, 0, "old"), row("c", 21)]);
    expect(explain(before, after)).toMatchObject([
      { kind: "moved", selector: "b", count: 2, said: "moved 1 px down, and with it 1 more" },
    ]);
  });
  it("blames the one that grew, not those it pushed", () => {
    const after = snapshot([row("a", 0), row("b", 10, 0, "old", 15), row("c", 25)]);
    expect(explain(before, after)).toMatchObject([{ kind: "resized", selector: "b" }]);
  });
  it("counts a child that inherits a colour with its parent", () => {
    const old = snapshot([["html", "html", 0, 0, 1, 1, "", 0, -1, -1], row("a", 0)]);
    const after = snapshot(
      [["html", "html", 0, 0, 1, 1, "", 1, -1, -1], row("a", 0, 1)],
      styled("color", "red"),
    );
    expect(explain(old, after)).toMatchObject([{ kind: "style", selector: "html", count: 1 }]);
  });
});

describe("two pictures", () => {
  const picture = (red: number, height = 4) =>
    encodePng({
      width: 4,
      height,
      data: new Uint8Array(16 * height).map((_, at) => (at % 4 === 0 ? red : 255)),
    });
  it("are the same when their bytes are", () => expect(compare(picture(9), picture(9)).touched).toBe(0));
  it("differ by a shade nobody sees and by one that everybody sees", () => {
    expect(compare(picture(200), picture(201))).toMatchObject({ pixels: 0, touched: 16 });
    expect(compare(picture(0), picture(255))).toMatchObject({
      pixels: 16,
      box: { x: 0, y: 0, width: 4, height: 4 },
    });
  });
  it("of different size are compared on a common sheet", () =>
    expect(compare(picture(0), picture(0, 6))).toMatchObject({
      touched: 8,
      box: { x: 0, y: 4, width: 4, height: 2 },
    }));
});
