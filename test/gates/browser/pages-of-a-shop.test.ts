/** Brand, components, live numbers, sign-in and crawl on pages of a small shop: what is right passes, each planted fault is named. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
    <a href="/logout">Sign out</a> <button id="open" class="go" ${button}>Cart</button><div id="drawer" hidden>Empty</div>
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
async function look(now: Shop, options: Options = {}, checks = CHECKS): Promise<GateResult> {
  shop = now;
  const root = folderWith({ "site.css": TOKENS, "index.html": "" }, { git: false });
  return runGate(browser, root, {
    baseUrl: url,
    checks,
    options: { viewports: [[800, 600]], pageTimeout: "60s", ...options },
  });
}
const rules = ({ findings }: GateResult) => [...new Set(findings.map(({ ruleId }) => ruleId))].sort();
const statuses = ({ checks }: GateResult) => Object.fromEntries(checks.map(({ id, status }) => [id, status]));

// A loaded machine is slow, not wrong.
describe("pages of a shop", { timeout: 120_000 }, () => {
  it("pass when all is right: in both colour schemes, signed in, by links, without following a sign-out", async () => {
    const result = await look({}, { ...DECLARED, colorSchemes: ["light", "dark"] });
    expect(rules(result)).toEqual([]);
    expect(result.metrics.pages).toEqual(["/", "/second"]);
    expect(statuses(result)).toEqual({
      render: "passed",
      branding: "passed",
      "live-data": "passed",
      wedges: "passed",
    });
  });

  it("names every planted fault", async () => {
    const wrong: Shop = {
      css: TOKENS.replace("#0b6b62", "#0c7066"),
      name: "Tide Line",
      script: "",
      price: "$49.50",
    };
    const result = await look(wrong, { ...DECLARED, pages: ["/"] });
    expect(rules(result)).toEqual([
      "branding/color",
      "branding/name",
      "branding/token",
      "branding/wordmark",
      "live-data/differs",
      "wedges/does-not-open",
    ]);
    const shift = result.findings.find(({ ruleId }) => ruleId === "branding/token");
    expect(shift?.message).toMatch(
      /--color-brand is #0c7066 in the browser and #0b6b62 in site.css \(ΔE 1\.\d\)/,
    );
    expect(shift?.location).toEqual({ path: "site.css", line: 1 });
    expect(result.findings.find(({ ruleId }) => ruleId === "live-data/differs")?.message).toContain(
      'shows "$49.50" ([data-id]) and /api/items/7 says 49',
    );
  });

  it("tells how a component fails, one page each", async () => {
    const silent =
      "document.querySelector('#open').onclick = () => { document.querySelector('#drawer').hidden = false };";
    faulty = {
      "/hidden": { button: "style='display:none'" },
      "/unreachable": { button: "tabindex=-1" },
      "/wrong-label": { button: "aria-label=Basket" },
      "/no-data": { script: silent },
    };
    const { findings } = await look({}, { ...DECLARED, pages: Object.keys(faulty) }, ["wedges"]);
    expect(findings.map(({ ruleId, target }) => [target, ruleId])).toEqual(
      Object.keys(faulty).map((path) => [path, `wedges${path}`]),
    );
  });

  it("are seen signed in", async () => {
    const login = { path: "/login", fill: { "[name=who]": "ana" } };
    const inside = await look({}, { pages: ["/account"], login }, ["render"]);
    expect(statuses(inside)).toEqual({ render: "passed" });
    const wrong = await look(
      {},
      { pages: ["/account"], pageTimeout: "2s", login: { ...login, fill: { "[name=user]": "ana" } } },
      ["render"],
    );
    expect(wrong.checks).toMatchObject([{ status: "errored", failureClass: "login" }]);
    expect(wrong.checks[0]!.message).toMatch(/^Signing in at \/login failed while (opening|filling)/);
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
