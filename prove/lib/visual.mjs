// The check visual of the browser gate on a page that changes by itself, and on planted edits of its style sheet.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fromSource, launchChromium, scratch } from "./browser.mjs";

const PAGE = fileURLToPath(new URL("../../gates/browser/fixtures/visual/dynamic.html", import.meta.url));

/** [rule, what the selector of the finding contains, what its property contains] */
export const EDITS = [
  ["body { background: #fffffe }", "body", "background-color"],
  ["body { color: #252525 }", "body", "color"],
  ["header { background: #04304a }", "header", "background-color"],
  ["header { padding: 17px 24px }", "header", "padding"],
  ["header { gap: 20px }", "header", "gap"],
  ["header a { color: #eef }", "a (and 1 more", "color"],
  ["header a { text-decoration: none }", "a (and 1 more", "text-decoration"],
  [".brand { letter-spacing: .5px }", "brand", "letter-spacing"],
  ["main { max-width: 956px }", "main", ""],
  ["main { padding: 25px }", "main", "padding"],
  ["h1 { font-size: 31px }", "h1", "font-size"],
  ["h1 { font-weight: 400 }", "h1", "font-weight"],
  ["h1 { margin: 0 0 17px }", "h1", "margin"],
  ["#lead { line-height: 1.6 }", "#lead", "line-height"],
  ["#lead { text-align: right }", "#lead", "text-align"],
  ["#lead { font-style: italic }", "#lead", "font-style"],
  [".cards { gap: 18px }", "cards", "gap"],
  [".card { border-color: #bbc }", "card", "border"],
  [".card { border-radius: 6px }", "card", "radius"],
  [".card { box-shadow: none }", "card", "box-shadow"],
  [".card { box-shadow: 0 1px 4px #0003 }", "card", "box-shadow"],
  [".card h2 { font-size: 19px }", "h2", "font-size"],
  [".card h2 { text-transform: uppercase }", "h2", "text-transform"],
  [".price { color: #00507f }", "price", "color"],
  [".price { font-weight: 500 }", "price", "font-weight"],
  [".price { opacity: .97 }", "price", "opacity"],
  [".btn { background: #00567a }", "btn", "background-color"],
  [".btn { border-radius: 5px }", "btn", "radius"],
  [".btn { padding: 8px 17px }", "btn", "padding"],
  ["#order { display: none }", "#order", "gone"],
  [".note { border-left-color: #e0a110 }", "note", "border"],
  [".note { background: #fff4d9 }", "note", "background-color"],
  [".note { margin: 25px 0 }", "note", "margin"],
  [".badge::before { background: #b00024 }", "badge", "background-color"],
  [".badge::before { content: 'hot' }", "badge", "content"],
  ["#plot { margin: 15px 0 }", "#plot", "margin"],
  ["input { border-color: #777 }", "#amount", "border"],
  ["input { padding: 9px }", "#amount", "padding"],
  [".news { list-style: square }", "news", "list-style"],
  ["footer { color: #565656 }", "footer", "color"],
];

/** A server of the page, a browser, and visits whose baselines lie in a temporary folder. */
export async function openVisual() {
  const { visual } = await fromSource("gates/browser/visual/check.ts");
  const { openStill } = await fromSource("gates/browser/still.ts");
  const { readOptions } = await fromSource("gates/browser/options.ts");
  const html = readFileSync(PAGE, "utf8");
  const state = { css: "" };
  const server = createServer((request, response) => {
    const found = request.url === "/";
    response.writeHead(found ? 200 : 404, { "content-type": "text/html" });
    response.end(found ? html.replace("</style>", `${state.css}\n</style>`) : "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launchChromium();
  const root = scratch("visual");
  const saved = new Map();
  const variant = {
    id: "1280x800",
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    reducedMotion: "no-preference",
    locale: "en-US",
  };
  const visit = {
    name: "/",
    slug: "home",
    url: `http://127.0.0.1:${server.address().port}/`,
    variant,
    still: () => openStill(browser, variant, { state: null, ignoreHttpsErrors: false }),
    browser: { name: "Chromium", version: browser.version() },
    options: readOptions({}),
    remainingMs: () => 60_000,
    readFile: async (file) => {
      try {
        return readFileSync(path.join(root, file));
      } catch {
        return null;
      }
    },
    saveArtifact: async (name, bytes) => {
      saved.set(name, Buffer.from(bytes));
      return path.join("x", `home-1280x800-${name}`);
    },
  };
  return {
    /** Looks at the page with one more rule in its style sheet. */
    look: async (css = "") => {
      state.css = css;
      return visual.run(visit);
    },
    /** What `visual approve` does. */
    approve: () => {
      const { target } = JSON.parse(saved.get("visual-candidate.json").toString());
      mkdirSync(path.dirname(path.join(root, target)), { recursive: true });
      writeFileSync(path.join(root, `${target}.png`), saved.get("visual-after.png"));
      writeFileSync(path.join(root, `${target}.json`), saved.get("visual-after.json"));
    },
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Whether one of the findings names the element and the property. */
export function isExplained({ findings }, selector, property) {
  return findings.some(({ message }) => {
    const names = selector.split("|").some((part) => message.includes(part));
    return names && message.includes(property);
  });
}
