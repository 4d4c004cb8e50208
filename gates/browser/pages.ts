/** Which pages are looked at: those of the config, of the sitemap, or what the front page links to. */
import type { BrowserOptions, PageOption } from "./options.ts";

export interface PageTarget extends PageOption {
  url: string;
  /** A part of a file name, different for each page. */
  slug: string;
  /** Found by us: what turns out to be no page is left out instead of failing. */
  isGuess: boolean;
}

/** Reads an address; the status 0 stands for no answer. */
export type Fetch = (url: string, signal: AbortSignal) => Promise<{ status: number; text: string }>;

const SITEMAP_MS = 5000;
const MAX_SITEMAP_BYTES = 5_000_000;
/** Files a link may lead to, and links that change something when followed. */
const NOT_PAGES =
  /\.(json|xml|txt|pdf|zip|gz|tgz|png|jpe?g|gif|webp|avif|svg|ico|css|m?js|map|csv|mp[34]|webm|woff2?|exe|dmg|deb)$/i;
const CHANGES = /(^|[/_-])(log-?out|sign-?out|delete|remove|unsubscribe|destroy)([/_-]|$)/i;

export function slugOf(name: string, taken: Set<string>): string {
  const base =
    name
      .toLowerCase()
      .replace(/^https?:\/\/[^/]+/, "")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60) || "home";
  let slug = base;
  for (let n = 2; taken.has(slug); n += 1) slug = `${base}-${n}`;
  taken.add(slug);
  return slug;
}

/** A page the config names. */
export function targetOf(page: PageOption, base: string, taken: Set<string>): PageTarget {
  return { ...page, url: new URL(page.path, base).href, slug: slugOf(page.name, taken), isGuess: false };
}

/**
 * Collects addresses in the order they are found, each page once: addresses that differ in query or fragment
 * alone are one page. Other origins, files and links that change something are left out.
 */
export class Crawl {
  private readonly known = new Set<string>();
  private pages = 0;
  private readonly taken = new Set<string>();
  private readonly base: URL;
  private readonly limit: number;

  constructor(base: string, limit: number) {
    this.base = new URL(base);
    this.limit = limit;
  }

  /** The targets among these addresses that are new, up to the limit. */
  add(addresses: readonly string[]): PageTarget[] {
    const targets: PageTarget[] = [];
    for (const address of addresses) {
      if (this.pages >= this.limit) break;
      if (!URL.canParse(address, this.base)) continue;
      const url = new URL(address, this.base);
      if (url.origin !== this.base.origin || NOT_PAGES.test(url.pathname) || CHANGES.test(url.pathname))
        continue;
      if (this.known.has(url.pathname)) continue;
      this.known.add(url.pathname);
      this.pages += 1;
      const path = url.pathname;
      const slug = slugOf(path, this.taken);
      targets.push({
        path,
        name: path,
        ready: null,
        main: null,
        timeoutMs: null,
        url: url.origin + path,
        slug,
        isGuess: true,
      });
    }
    return targets;
  }

  /** What turned out to be no page takes no place of one. */
  drop(): void {
    this.pages -= 1;
  }
}

/** Addresses of a sitemap; an index of sitemaps is followed one level. */
export async function readSitemap(
  url: string,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<{ addresses: string[] } | { fault: string }> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(SITEMAP_MS)]);
  const first = await fetch(url, limited);
  if (first.status !== 200)
    return { fault: first.status === 0 ? "does not answer" : `answers ${first.status}` };
  if (!/<(urlset|sitemapindex)\b/.test(first.text)) return { fault: "is no sitemap" };
  const own = locations(first.text);
  if (!/<sitemapindex\b/.test(first.text)) return { addresses: own };
  const addresses: string[] = [];
  for (const child of own.slice(0, 20)) {
    const { status, text } = await fetch(child, limited);
    if (status === 200) addresses.push(...locations(text));
  }
  return { addresses };
}

function locations(xml: string): string[] {
  return [
    ...xml.slice(0, MAX_SITEMAP_BYTES).matchAll(/<loc>\s*(?:<!\[CDATA\[)?([^<\]]+?)(?:\]\]>)?\s*<\/loc>/g),
  ].map((match) => match[1]!.replaceAll("&amp;", "&"));
}

/** Sitemaps name the host of production: what is looked at is the same path here. */
export function onBase(addresses: readonly string[], base: string): string[] {
  return addresses
    .filter((address) => URL.canParse(address, base))
    .map((address) => {
      const { pathname, search } = new URL(address, base);
      return new URL(pathname + search, base).href;
    });
}

/** Every combination of viewport, colour scheme, motion and locale. */
export function variantsOf(options: BrowserOptions) {
  const many = options.locales.length > 1;
  return options.viewports.flatMap(([width, height]) =>
    options.colorSchemes.flatMap((colorScheme) =>
      options.reducedMotion.flatMap((reducedMotion) =>
        options.locales.map((locale) => ({
          id: [
            `${width}x${height}`,
            ...(colorScheme === "dark" ? ["dark"] : []),
            ...(reducedMotion === "reduce" ? ["still"] : []),
            ...(many ? [locale] : []),
          ].join("-"),
          viewport: { width, height },
          colorScheme,
          reducedMotion,
          locale,
        })),
      ),
    ),
  );
}
