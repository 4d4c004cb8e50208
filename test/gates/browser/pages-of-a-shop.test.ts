/** Brand, components, live numbers, sign-in and crawl on pages of a small shop: what is right passes, each planted fault is named. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import browser from "../../../gates/browser/index.ts";
import { liveData } from "../../../gates/browser/live-data/check.ts";
import { readOptions } from "../../../gates/browser/options.ts";
import { wedges } from "../../../gates/browser/wedges/check.ts";
import type { GateResult, Options } from "../../../modsquad/contracts/gate.ts";
import { folderWith } from "../../config/temporary.ts";
import { runGate } from "../run-gate.ts";

const TOKENS =
  ":root { --color-brand: #0b6b62; --color-ink: #10211f; } @media (prefers-color-scheme: dark) { :root { --color-brand: #63d2c4; } }";

interface Shop {
  css?: string;
  name?: string;
  /** Attributes of the button. */
  button?: string;
  script?: string;
  price?: string;
}

const OPENING =
  "document.querySelector('#open').onclick = () => { const d = document.querySelector('#drawer'); d.hidden = false; d.dataset.loaded = 'true' };";

function page(
  { css = TOKENS, name = "Tideline", button = "", script = OPENING, price = "$49.00" }: Shop,
  title: string,
): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="/icon.svg">
    <style>${css} .go { background: var(--color-brand) } .mark { color: var(--color-ink) }</style></head>
    <body><header><a class="mark" href="/">${name}</a></header><main><h1>Shop</h1><a href="/second">Second</a> <a href="/data.json">Data</a>
    <a href="/account">Account</a> <a href="/logout">Sign out</a> <button id="open" class="go" ${button}>Cart</button><div id="drawer" hidden>Empty</div>
    <span data-id="7">${price}</span></main><script>${script}</script></body></html>`;
}

let shop: Shop = {};
/** Path → the shop as that page shows it. */
let faulty: Record<string, Shop> = {};
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://x");
  const html = (text: string, headers = {}) =>
    response.writeHead(200, { "content-type": "text/html", ...headers }).end(text);
  if (pathname === "/icon.svg")
    return response
      .writeHead(200, { "content-type": "image/svg+xml" })
      .end('<svg xmlns="http://www.w3.org/2000/svg"/>');
  if (pathname === "/api/items/7")
    return response.writeHead(200, { "content-type": "application/json" }).end('{"cents":4900}');
  if (pathname === "/login")
    return html(
      '<!doctype html><html lang="en"><title>Sign in</title><main><form action="/" method="get" onsubmit="document.cookie=\'user=\' + this.elements.who.value"><label>Who <input name="who"></label><button>Go</button></form></main>',
    );
  if (pathname === "/account" && !/user=ana/.test(request.headers.cookie ?? ""))
    return response.writeHead(401).end("No");
  if (["/", "/second", "/account"].includes(pathname)) return html(page(shop, `${pathname} · Tideline`));
  if (faulty[pathname]) return html(page(faulty[pathname], "Tideline"));
  return response.writeHead(404).end();
});

let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const DECLARED: Options = {
  branding: {
    title: "Tideline",
    wordmark: { selector: ".mark", text: "Tideline" },
    names: [{ right: "Tideline", wrong: ["Tide Line"] }],
    forbidden: ["lorem ipsum"],
    colors: [{ selector: ".go", property: "background-color", is: "--color-brand" }],
  },
  wedges: [
    { name: "cart", selector: "#open", label: "Cart", opens: "#drawer", loaded: "#drawer[data-loaded=true]" },
  ],
  liveData: [
    {
      name: "price",
      page: "/",
      selector: "[data-id]",
      get: "/api/items/{{data-id}}",
      value: "$.cents",
      scale: 0.01,
    },
  ],
};

const CHECKS = ["render", "branding", "live-data", "wedges"];
const LOGIN = { path: "/login", fill: { "[name=who]": "ana" } };
/** As Playwright writes it. */
const STATE = JSON.stringify({
  cookies: [
    {
      name: "user",
      value: "ana",
      domain: "127.0.0.1",
      path: "/",
      expires: -1,
      httpOnly: false,
      secure: false,
      sameSite: "Lax",
    },
  ],
  origins: [],
});

async function look(
  now: Shop,
  options: Options = {},
  checks = CHECKS,
  artifactsDir?: string,
): Promise<GateResult> {
  shop = now;
  const root = folderWith({ "site.css": TOKENS, "index.html": "", "state.json": STATE }, { git: false });
  return runGate(browser, root, {
    baseUrl: url,
    checks,
    ...(artifactsDir ? { artifactsDir } : {}),
    options: { viewports: [[800, 600]], pageTimeout: "60s", ...options },
  });
}
const rules = ({ findings }: GateResult) => [...new Set(findings.map(({ ruleId }) => ruleId))].sort();
const statuses = ({ checks }: GateResult) => Object.fromEntries(checks.map(({ id, status }) => [id, status]));

// A loaded machine is slow, not wrong.
describe("pages of a shop", { timeout: 120_000 }, () => {
  it("pass when all is right: in both colour schemes, signed in by the form, by links, without following a sign-out", async () => {
    const result = await look({}, { ...DECLARED, login: LOGIN, colorSchemes: ["light", "dark"] });
    expect(rules(result)).toEqual([]);
    expect(result.metrics.pages).toEqual(["/", "/second", "/account"]);
    expect(statuses(result)).toEqual({
      render: "passed",
      branding: "passed",
      "live-data": "passed",
      wedges: "passed",
    });
  });

  describe("with a fault each", () => {
    const SILENT =
      "document.querySelector('#open').onclick = () => { document.querySelector('#drawer').hidden = false };";
    const COMPONENTS: Record<string, Shop> = {
      "/hidden": { button: "style='display:none'" },
      "/unreachable": { button: "tabindex=-1" },
      "/wrong-label": { button: "aria-label=Basket" },
      "/no-data": { script: SILENT },
    };
    const artifactsDir = folderWith({}, { git: false });
    let result: GateResult;
    const on = (page: string) => result.findings.filter(({ target }) => target === page);
    beforeAll(async () => {
      const wrong: Shop = {
        css: TOKENS.replace("#0b6b62", "#0c7066"),
        name: "Tide Line",
        script: "",
        price: "$49.50",
      };
      faulty = { ...COMPONENTS, "/broken": { script: `${OPENING} console.error("The till is stuck")` } };
      const pages = ["/", ...Object.keys(faulty), "/account"];
      const options = { ...DECLARED, pages, storageState: "state.json" };
      result = await look(wrong, options, CHECKS, artifactsDir);
    }, 120_000);

    it("every planted one is named", () => {
      expect([...new Set(on("/").map(({ ruleId }) => ruleId))].sort()).toEqual([
        "branding/color",
        "branding/name",
        "branding/token",
        "branding/wordmark",
        "live-data/differs",
        "wedges/does-not-open",
      ]);
      const shift = on("/").find(({ ruleId }) => ruleId === "branding/token");
      expect(shift?.message).toMatch(
        /--color-brand is #0c7066 in the browser and #0b6b62 in site.css \(ΔE 1\.\d\)/,
      );
      expect(shift?.location).toEqual({ path: "site.css", line: 1 });
      expect(on("/").find(({ ruleId }) => ruleId === "live-data/differs")?.message).toContain(
        'shows "$49.50" ([data-id]) and /api/items/7 says 49',
      );
    });

    it.each(Object.keys(COMPONENTS))("a component is %s", (page) => {
      expect(on(page).map(({ ruleId }) => ruleId)).toEqual([`wedges${page}`]);
    });

    it("a state that was written before signs in", () => {
      expect(on("/account").filter(({ ruleId }) => ruleId.startsWith("render/"))).toEqual([]);
    });

    it("screenshot, HTML, console and network are kept, without what signs somebody in", () => {
      expect(on("/broken").map(({ ruleId }) => ruleId)).toEqual(["render/console-error"]);
      const kept = (name: string) => readFileSync(join(artifactsDir, `broken-800x600-${name}`));
      expect(kept("screenshot.png").subarray(1, 4).toString()).toBe("PNG");
      expect(kept("page.html").toString()).toContain("The till is stuck");
      expect(kept("console.txt").toString()).toMatch(/^error: The till is stuck/m);
      const har = kept("network.har").toString();
      expect(JSON.parse(har).log.entries[0].request.url).toBe(`${url}/broken`);
      expect(har).not.toContain("user=ana");
    });
  });

  it("are not looked at when nobody could be signed in", async () => {
    const options = {
      pages: ["/account"],
      pageTimeout: "2s",
      login: { ...LOGIN, fill: { "[name=user]": "ana" } },
    };
    const wrong = await look({}, options, ["render"]);
    expect(wrong.checks).toMatchObject([{ status: "errored", failureClass: "login" }]);
    expect(wrong.checks[0]!.message).toMatch(/^Signing in at \/login failed while (opening|filling)/);
    const unread = await look({}, { pages: ["/account"], storageState: "none.json" }, ["render"]);
    expect(unread.checks).toMatchObject([{ status: "errored", failureClass: "storage-state" }]);
  });

  it("say when there is nothing to compare, and count it as could not check when it was asked for", () => {
    expect(liveData.whenUnwanted?.(readOptions({}))).toMatchObject({ status: "skipped" });
    expect(liveData.whenUnwanted?.(readOptions({ requireLiveData: true }))).toMatchObject({
      status: "errored",
    });
    expect(liveData.whenUnwanted?.(readOptions(DECLARED))).toMatchObject({ status: "errored" });
    expect(wedges.whenUnwanted?.(readOptions({}))).toMatchObject({ status: "skipped" });
  });
});
