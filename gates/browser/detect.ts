/** Whether there are pages a person would see. Reads files; starts nothing and asks nobody. */
import type { Detection, RepoView } from "../../modsquad/contracts/gate.ts";
import { servesHttp } from "../live-flows/detect.ts";

/** Files that become pages. */
const PAGES =
  /\.(html?|xhtml|vue|svelte|astro|jsx|tsx|ejs|hbs|handlebars|mustache|njk|pug|erb|haml|slim|twig|liquid|jinja2?|j2|cshtml|razor|jsp|gohtml|tmpl|heex|leaf)$|\.blade\.php$/i;
/** Serves people who work on the repository. */
const ELSEWHERE =
  /(^|\/)(tests?|specs?|__tests__|e2e|fixtures?|__fixtures__|docs?|coverage|node_modules|vendor|reports|storybook-static)\//i;

/** The first file that becomes a page, or null. */
export function pageFile(repo: Pick<RepoView, "files">): string | null {
  const paths = repo.files
    .map((file) => file.path)
    .filter((path) => PAGES.test(path) && !ELSEWHERE.test(path));
  paths.sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
  return paths[0] ?? null;
}

export async function detectBrowser(repo: RepoView): Promise<Detection> {
  const { pages, sitemap } = repo.options;
  if (Array.isArray(pages))
    return {
      applicable: true,
      reason: `${pages.length} ${pages.length === 1 ? "page" : "pages"} declared in the config`,
    };
  if (typeof sitemap === "string") return { applicable: true, reason: `the config names ${sitemap}` };
  const page = pageFile(repo);
  if (repo.baseUrl !== undefined) {
    const sign = page ? `${page} becomes a page` : await servesHttp(repo);
    if (sign) return { applicable: true, reason: `a base URL is given and ${sign}` };
    return {
      applicable: false,
      reason: "a base URL is given, but nothing here serves HTTP or becomes a page",
    };
  }
  if (page) return { applicable: true, reason: `${page} becomes a page, but no base URL is given` };
  return { applicable: false, reason: `nothing here becomes a page among ${repo.files.length} files` };
}
