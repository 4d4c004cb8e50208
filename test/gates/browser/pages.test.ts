import { describe, expect, it } from "vitest";
import { detectBrowser } from "../../../gates/browser/detect.ts";
import { readOptions } from "../../../gates/browser/options.ts";
import { Crawl, onBase, readSitemap, slugOf, variantsOf } from "../../../gates/browser/pages.ts";
import { sourcePlaces } from "../../../gates/browser/source-place.ts";
import type { RepoView } from "../../../modsquad/contracts/gate.ts";

const BASE = "http://127.0.0.1:3000";
const never = new AbortController().signal;
const file = (path: string) => ({ path, oid: "", mode: "100644", size: 1 });

describe("a crawl", () => {
  it("takes each page once, in the order of the links, up to the limit", () => {
    const crawl = new Crawl(BASE, 3);
    const paths = (links: string[]) => crawl.add(links).map((target) => target.path);
    expect(paths([`${BASE}/`])).toEqual(["/"]);
    expect(paths([`${BASE}/?page=2`, "/about#team", "/about", "/cart", "/more"])).toEqual([
      "/about",
      "/cart",
    ]);
    crawl.drop();
    expect(paths(["/more"])).toEqual(["/more"]);
  });

  it.each([
    ["https://elsewhere.test/"],
    ["/openapi.json"],
    ["/files/report.PDF"],
    ["/logout"],
    ["/account/sign-out"],
    ["/items/delete/7"],
    ["mailto:a@b.c"],
    ["http://["],
  ])("leaves out %s", (link) => expect(new Crawl(BASE, 20).add([link])).toEqual([]));

  it("gives every page a file name of its own", () => {
    const taken = new Set<string>();
    expect([slugOf("/", taken), slugOf("/a/b", taken), slugOf("/a-b", taken)]).toEqual([
      "home",
      "a-b",
      "a-b-2",
    ]);
  });
});

describe("a sitemap", () => {
  const answer = (status: number, text: string) => async () => ({ status, text });
  it("gives its addresses, here instead of on the host of production", async () => {
    const xml =
      "<urlset><url><loc>https://shop.test/a?x=1&amp;y=2</loc></url><url><loc> /b </loc></url></urlset>";
    const read = await readSitemap(`${BASE}/sitemap.xml`, answer(200, xml), never);
    expect(onBase("addresses" in read ? read.addresses : [], BASE)).toEqual([
      `${BASE}/a?x=1&y=2`,
      `${BASE}/b`,
    ]);
  });
  it("follows an index", async () => {
    const fetch = async (url: string) => ({
      status: 200,
      text: url.endsWith("one.xml")
        ? "<urlset><loc>/deep</loc></urlset>"
        : "<sitemapindex><loc>http://127.0.0.1:3000/one.xml</loc></sitemapindex>",
    });
    expect(await readSitemap(`${BASE}/sitemap.xml`, fetch, never)).toEqual({ addresses: ["/deep"] });
  });
  it.each([
    [404, "", "answers 404"],
    [0, "", "does not answer"],
    [200, "<!doctype html>", "is no sitemap"],
  ])("says what is wrong: %s", async (status, text, fault) =>
    expect(await readSitemap(BASE, answer(status, text), never)).toEqual({ fault }),
  );
});

describe("variants", () => {
  it("are every combination, with names of their own", () => {
    const options = readOptions({
      viewports: [[800, 600]],
      colorSchemes: ["light", "dark"],
      reducedMotion: ["reduce"],
    });
    expect(variantsOf(options).map(({ id }) => id)).toEqual(["800x600-still", "800x600-dark-still"]);
    expect(variantsOf(readOptions({ locales: ["en-US", "de-DE"] })).map(({ id }) => id)).toEqual([
      "1280x800-en-US",
      "1280x800-de-DE",
      "320x640-en-US",
      "320x640-de-DE",
    ]);
  });
});

describe("the source of an address", () => {
  const sourceOf = sourcePlaces(
    ["public/js/main.js", "admin/js/main.js", "public/logo.svg", "dist/x.js"].map(file),
    BASE,
  );
  it.each([
    [`${BASE}/assets/1a2b3c/logo.svg`, "public/logo.svg"],
    [`${BASE}/public/js/main.js?v=1`, "public/js/main.js"],
    [`${BASE}/assets/js/main.js`, null],
    [`${BASE}/x.js`, null],
    ["https://elsewhere.test/logo.svg", null],
    [`${BASE}/%E0%A4%A`, null],
  ])("%s is %s", (url, path) => expect(sourceOf(url)).toBe(path));
});

describe("detection", () => {
  const view = (paths: string[], more: Partial<RepoView> = {}): RepoView => ({
    root: "/r",
    files: paths.map(file),
    mode: "full",
    env: "ci",
    options: {},
    readText: async (path) => (path === "package.json" ? '{"dependencies":{"express":"4"}}' : null),
    ...more,
  });
  it.each([
    [view(["index.html"], { baseUrl: BASE }), true, "a base URL is given and index.html becomes a page"],
    [
      view(["package.json"], { baseUrl: BASE }),
      true,
      "a base URL is given and package.json depends on express",
    ],
    [view(["src/App.tsx"]), true, "src/App.tsx becomes a page, but no base URL is given"],
    [
      view(["lib.py"], { baseUrl: BASE }),
      false,
      "a base URL is given, but nothing here serves HTTP or becomes a page",
    ],
    [view(["docs/a.html", "lib.rs"]), false, "nothing here becomes a page among 2 files"],
    [view([], { options: { pages: ["/"] } }), true, "1 page declared in the config"],
  ])("%#: %s", async (repo, applicable, reason) =>
    expect(await detectBrowser(repo)).toEqual({ applicable, reason }),
  );
});
