/** The storefront is what its OpenAPI document says: every operation, every documented status, every schema. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differences, examples, type Operation, operations, schemaErrors } from "./storefront/contract.ts";
import { CREDENTIALS, type Server, scratch, signIn, startServer, variants } from "./storefront/support.ts";

const SAMPLE_CART = "7f1c9a52-0d3e-4b1c-9a64-2f5f0e6f3b11";
const NO_CART = "00000000-0000-4000-8000-000000000000";
const JSON_TYPE = { "content-type": "application/json" };
const HUGE = JSON.stringify({ note: "x".repeat(20_000) });

interface Case {
  /** Operation and the status it must answer with, "getProduct 404". */
  expects: string;
  path: string;
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: string;
  headers?: Record<string, string>;
  signedIn?: boolean;
}

const bodies = (operation: string, path: string, more: Partial<Case> = {}): Case[] => [
  { expects: `${operation} 400`, path, body: { nonsense: true }, ...more },
  { expects: `${operation} 400`, path, raw: "{", headers: JSON_TYPE, ...more },
  { expects: `${operation} 413`, path, raw: HUGE, headers: JSON_TYPE, ...more },
  { expects: `${operation} 415`, path, raw: "{}", headers: { "content-type": "text/plain" }, ...more },
];

/** In this order: later cases see what earlier ones changed. */
const CASES: Case[] = [
  { expects: "getHealth 200", path: "/api/health" },
  { expects: "listProducts 200", path: "/api/products?category=bonds&sort=-price&limit=1&offset=1" },
  ...[
    "limit=0",
    "limit=51",
    "limit=1.5",
    "limit=a",
    "limit=",
    "offset=-1",
    "category=toys",
    "limit=1&limit=2",
  ].map((query) => ({ expects: "listProducts 400", path: `/api/products?${query}` })),
  { expects: "getProduct 200", path: "/api/products/spy-slice" },
  { expects: "getProduct 400", path: "/api/products/SPY" },
  { expects: "getProduct 400", path: "/api/products/%FF" },
  { expects: "getProduct 404", path: "/api/products/no-such" },
  { expects: "searchProducts 200", path: "/api/search?q=paper" },
  { expects: "searchProducts 400", path: "/api/search" },
  { expects: "searchProducts 400", path: `/api/search?q=${"x".repeat(61)}` },
  { expects: "getQuote 200", path: "/api/quote/SPY" },
  { expects: "getQuote 200", path: "/api/quote/GLD", headers: { "x-storefront-fault": "upstream" } },
  { expects: "getQuote 200", path: "/api/quote/GLD", headers: { "x-storefront-fault": "upstream-timeout" } },
  { expects: "getQuote 400", path: "/api/quote/GLD", headers: { "x-storefront-fault": "flood" } },
  { expects: "getQuote 400", path: "/api/quote/spy" },
  { expects: "getQuote 404", path: "/api/quote/ZZZ" },
  { expects: "createCart 201", path: "/api/carts" },
  {
    expects: "createCart 201",
    path: "/api/carts",
    body: { items: [{ productId: "spy-slice", quantity: 2 }] },
  },
  ...bodies("createCart", "/api/carts"),
  { expects: "createCart 404", path: "/api/carts", body: { items: [{ productId: "no-such", quantity: 2 }] } },
  {
    expects: "createCart 409",
    path: "/api/carts",
    body: { items: [{ productId: "slv-slice", quantity: 2 }] },
  },
  { expects: "getCart 200", path: `/api/carts/${SAMPLE_CART}` },
  { expects: "getCart 400", path: "/api/carts/1" },
  { expects: "getCart 404", path: `/api/carts/${NO_CART}` },
  {
    expects: "addCartItem 200",
    path: `/api/carts/${SAMPLE_CART}/items`,
    body: { productId: "spy-slice", quantity: 19 },
  },
  ...bodies("addCartItem", `/api/carts/${SAMPLE_CART}/items`),
  ...[0, 21, 1.5, "1", null].map((quantity) => ({
    expects: "addCartItem 400",
    path: `/api/carts/${SAMPLE_CART}/items`,
    body: { productId: "spy-slice", quantity },
  })),
  {
    expects: "addCartItem 404",
    path: `/api/carts/${NO_CART}/items`,
    body: { productId: "spy-slice", quantity: 1 },
  },
  {
    expects: "addCartItem 409",
    path: `/api/carts/${SAMPLE_CART}/items`,
    body: { productId: "spy-slice", quantity: 2 },
  },
  { expects: "updateCartItem 200", path: `/api/carts/${SAMPLE_CART}/items/vti-slice`, body: { quantity: 3 } },
  ...bodies("updateCartItem", `/api/carts/${SAMPLE_CART}/items/vti-slice`),
  { expects: "updateCartItem 404", path: `/api/carts/${SAMPLE_CART}/items/gld-slice`, body: { quantity: 3 } },
  { expects: "removeCartItem 200", path: `/api/carts/${SAMPLE_CART}/items/spy-slice` },
  { expects: "removeCartItem 400", path: `/api/carts/${SAMPLE_CART}/items/SPY` },
  { expects: "removeCartItem 404", path: `/api/carts/${SAMPLE_CART}/items/spy-slice` },
  { expects: "signIn 200", path: "/api/login", body: CREDENTIALS },
  ...bodies("signIn", "/api/login"),
  { expects: "signIn 400", path: "/api/login", body: { email: "not an address", password: "x" } },
  { expects: "signIn 401", path: "/api/login", body: { ...CREDENTIALS, password: "wrong" } },
  { expects: "getAccount 200", path: "/api/account", signedIn: true },
  { expects: "createOrder 401", path: "/api/orders", body: { cartId: SAMPLE_CART } },
  ...bodies("createOrder", "/api/orders", { signedIn: true }),
  {
    expects: "createOrder 201",
    path: "/api/orders",
    body: { cartId: SAMPLE_CART, note: "hello" },
    signedIn: true,
  },
  { expects: "createOrder 404", path: "/api/orders", body: { cartId: SAMPLE_CART }, signedIn: true },
  { expects: "createOrder 409", path: "/api/orders", body: { cartId: "{empty}" }, signedIn: true },
  { expects: "listOrders 200", path: "/api/orders", signedIn: true },
  { expects: "listOrders 400", path: "/api/orders?limit=0", signedIn: true },
  { expects: "getOrder 200", path: "/api/orders/ord_000000000001", signedIn: true },
  { expects: "getOrder 400", path: "/api/orders/1", signedIn: true },
  { expects: "getOrder 404", path: "/api/orders/ord_ffffffffffff", signedIn: true },
  { expects: "streamOrders 200", path: "/events/orders?limit=2" },
  { expects: "streamOrders 400", path: "/events/orders?limit=0" },
  { expects: "streamOrders 400", path: "/events/orders", headers: { "last-event-id": "abc" } },
  { expects: "deleteCart 204", path: "/api/carts/{empty}" },
  { expects: "deleteCart 400", path: "/api/carts/1" },
  { expects: "deleteCart 404", path: "/api/carts/{empty}" },
  { expects: "signOut 204", path: "/api/logout", signedIn: true },
];

/** Cannot happen while memory is the database and the market is simulated; tested with real ones elsewhere. */
const NEEDS_AN_OUTAGE = ["getHealth 503", "getQuote 503"];

describe("the storefront keeps its API document's word", () => {
  const folder = scratch();
  let server: Server;
  let session: Record<string, string>;
  let emptyCart: string;

  beforeAll(async () => {
    await variants.buildVariant("healthy", folder.path);
    server = await startServer(folder.path);
    session = await signIn(server.url);
    const made = await fetch(`${server.url}/api/carts`, { method: "POST" });
    emptyCart = ((await made.json()) as { id: string }).id;
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    expect(server.stderr()).toBe("");
    folder.dispose();
  });

  function send(operation: Operation, { path, body, raw, headers = {}, signedIn }: Case): Promise<Response> {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body).replace("{empty}", emptyCart));
    const type = raw === undefined && text !== undefined ? JSON_TYPE : {};
    const init = { method: operation.method, headers: { ...type, ...headers, ...(signedIn ? session : {}) } };
    return fetch(
      server.url + path.replace("{empty}", emptyCart),
      text === undefined ? init : { ...init, body: text },
    );
  }

  it("answers every operation with every documented status, header, type and schema", async () => {
    const seen = new Set<string>();
    const faults: string[] = [];
    for (const each of CASES) {
      const operation = operations.find(({ id }) => id === each.expects.split(" ")[0])!;
      const answer = await send(operation, each);
      const outcome = `${operation.id} ${answer.status}`;
      if (outcome !== each.expects)
        faults.push(`${operation.method} ${each.path}: ${outcome}, not ${each.expects}`);
      faults.push(...(await differences(operation, answer)));
      seen.add(outcome);
    }
    for (const operation of operations.filter(({ security }) => security.length > 0)) {
      const path = operation.template.replace("{orderId}", "ord_000000000001");
      const answer = await fetch(server.url + path, { method: operation.method });
      seen.add(`${operation.id} ${answer.status}`);
      faults.push(...(await differences(operation, answer)));
    }
    expect(faults).toEqual([]);
    const documented = operations.flatMap(({ id, responses }) =>
      Object.keys(responses).map((status) => `${id} ${status}`),
    );
    expect(documented.filter((outcome) => !seen.has(outcome))).toEqual(NEEDS_AN_OUTAGE);
  });

  it("documents only examples that fit their own schemas", () => {
    let count = 0;
    for (const { where, media } of examples()) {
      count += 1;
      expect(media.example, where).toBeDefined();
      expect(schemaErrors(media.schema, media.example), where).toBe("");
    }
    expect(count).toBeGreaterThan(operations.length);
  });

  it("marks a quote from the cache as stale, with its age, and never a fresh one", async () => {
    const fresh = await fetch(`${server.url}/api/quote/SPY`);
    expect(fresh.headers.has("age")).toBe(false);
    expect(await fresh.json()).toMatchObject({ stale: false, source: "market" });
    const cached = await fetch(`${server.url}/api/quote/SPY`, {
      headers: { "x-storefront-fault": "upstream" },
    });
    const quote = (await cached.json()) as { asOf: string; stale: boolean };
    expect(quote.stale).toBe(true);
    const age = (Date.parse(cached.headers.get("date")!) - Date.parse(quote.asOf)) / 1000;
    expect(Math.abs(age - Number(cached.headers.get("age")))).toBeLessThanOrEqual(1.5);
  });

  it("refuses methods it does not know, says which it knows, and answers HEAD without a body", async () => {
    const refused = await fetch(`${server.url}/api/carts/${SAMPLE_CART}`, { method: "PUT" });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, DELETE, HEAD"]);
    const asked = await fetch(`${server.url}/api/products`, { method: "OPTIONS" });
    expect([asked.status, asked.headers.get("allow")]).toEqual([204, "GET, HEAD"]);
    for (const path of ["/api/products", "/", "/events/orders"]) {
      const head = await fetch(server.url + path, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([200, ""]);
    }
  });

  it("serves the document it validates by, pages under a strict policy, and assets that may be kept for ever", async () => {
    const { document } = await import("./storefront/contract.ts");
    expect(await (await fetch(`${server.url}/openapi.json`)).json()).toEqual(document);
    for (const path of ["/", "/products/gld-slice", "/cart", "/login", "/about"]) {
      const page = await fetch(server.url + path);
      const html = await page.text();
      expect(page.status, path).toBe(200);
      expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
      expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/);
      expect(html).not.toContain("[[");
      for (const [, asset] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        const got = await fetch(server.url + asset);
        expect(got.status, asset).toBe(200);
        expect(got.headers.get("cache-control"), asset).toContain("immutable");
      }
    }
  });

  it("escapes what people type, and never leads them to another site", async () => {
    const found = await (
      await fetch(`${server.url}/?q=${encodeURIComponent('"><script>x</script>')}`)
    ).text();
    expect(found).not.toContain("<script>x");
    for (const next of ["//evil.example", "/\\evil.example", "https://evil.example"]) {
      const page = await (await fetch(`${server.url}/login?next=${encodeURIComponent(next)}`)).text();
      expect(page).toContain('data-next="/login"');
    }
  });
});
