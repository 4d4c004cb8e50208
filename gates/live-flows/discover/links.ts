/** What the front page leads to on its own host: pages, styles, scripts and pictures. */
import type { Options } from "../../../modsquad/contracts/gate.ts";
import { startDeadline } from "../http/deadline.ts";
import type { Lane } from "../http/lane.ts";
import { foundFlow, plainStep } from "../read-flows.ts";
import type { Flow } from "../types.ts";

const MAX_LINKS = 30;
const FETCH_MS = 3000;
/** Where elements keep their links. */
const LINKS: Record<string, string> = { a: "href", link: "href", script: "src", img: "src", source: "src" };
/** A GET is safe by the book; these paths have been known not to read it. */
const CHANGES_SOMETHING = /(log|sign)-?(out|off)|delete|remove|unsubscribe|cancel|checkout|add-to-|download/i;

/** Links of a page to its own origin below the base path, in order, each once, without fragment. */
export async function linksOf(html: string, page: URL, base: URL): Promise<string[]> {
  const { Parser } = await import("htmlparser2");
  const found = new Set<string>();
  const root = base.pathname.replace(/\/$/, "");
  const parser = new Parser({
    onopentag: (name, attributes) => {
      const link = attributes[LINKS[name] ?? ""];
      if (
        !link ||
        (name === "link" && /preconnect|dns-prefetch|canonical|alternate/i.test(attributes.rel ?? ""))
      )
        return;
      if (!URL.canParse(link, page.href)) return;
      const url = new URL(link, page);
      const inside = url.origin === base.origin && url.pathname.startsWith(`${root}/`);
      const path = `${url.pathname.slice(root.length)}${url.search}`;
      if (inside && path !== "/" && !CHANGES_SOMETHING.test(path)) found.add(path);
    },
  });
  parser.end(html);
  return [...found];
}

/** A flow per link of the front page, at most 30. Pages may ask for an account; nothing may be broken. */
export async function linkFlows(
  base: URL,
  lane: Lane,
  options: Options,
  signal: AbortSignal,
): Promise<Flow[]> {
  const deadline = startDeadline(FETCH_MS, signal);
  const url = new URL(`${base.pathname.replace(/\/$/, "")}/`, base);
  url.username = "";
  url.password = "";
  try {
    const headers = { accept: "text/html", "accept-encoding": "identity" };
    const sent = await lane.send({ method: "get", url, headers, body: null }, deadline);
    if (!sent.ok || !/^text\/html\b/i.test(sent.answer.headers["content-type"]?.[0] ?? "")) return [];
    const links = await linksOf(new TextDecoder().decode(sent.answer.body), url, base);
    return links.slice(0, MAX_LINKS).map((path) => {
      const step = plainStep(path, ["2xx", "3xx", 401, 403], options);
      return foundFlow(`link ${path}`, "link", [{ ...step, name: "" }]);
    });
  } finally {
    deadline.end();
  }
}
