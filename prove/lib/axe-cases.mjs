// axe-core's own integration cases: what bare axe-core finds in a page, and what it finds through our embedding.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fromSource, launchChromium, serve } from "./browser.mjs";

const HTML = (body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Case</title></head><body><main><h1>Case</h1><div id="fixture">${body}</div></main></body></html>`;

/** rule files: { rule, violations, incomplete } with selectors inside the fixture. */
function ruleCases(root) {
  const folder = path.join(root, "test/integration/rules");
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith(".json"))
    .map((file) => {
      const base = path.join(folder, file.slice(0, -".json".length));
      return { ...JSON.parse(readFileSync(`${base}.json`, "utf8")), name: file, html: `${base}.html` };
    })
    .filter(({ html, rule }) => rule && existsSync(html));
}

function pagesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.x?html$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !file.includes(`${path.sep}frames${path.sep}`));
}

/** "rule target" of everything that was found, sorted. */
const flat = (rules, kind) =>
  rules.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${kind} ${id} ${JSON.stringify(target)}`));
const answerOf = ({ violations, incomplete }) =>
  [...flat(violations, "violation"), ...flat(incomplete, "open")].sort();

/** Bare: the script in every frame, one axe.run in the page. */
async function bare(page, source) {
  for (const frame of page.frames()) await frame.evaluate(source).catch(() => undefined);
  return page.evaluate(() => window.axe.run(document, { resultTypes: ["violations", "incomplete"] }));
}

/** One case: the selectors that are missing through our embedding, and those the case expects and nobody found. */
export async function runAxeCases(root, every = 1) {
  const { runAxe } = await fromSource("gates/browser/axe/run-axe.ts");
  const { axeSource } = await fromSource("gates/browser/axe/source.ts");
  const server = await serve({ "/": root });
  const browser = await launchChromium();
  const context = await browser.newContext();
  await context.route(
    (url) => url.origin !== server.url,
    (route) => route.abort(),
  );
  const lost = [];
  let expected = 0;
  let found = 0;
  const cases = ruleCases(root).filter((_, at) => at % every === 0);
  for (const { rule, violations = [], incomplete = [], name, html } of cases) {
    const page = await context.newPage();
    await page.goto(server.url, { waitUntil: "commit" }).catch(() => undefined);
    await page
      .setContent(HTML(readFileSync(html, "utf8")), { waitUntil: "load", timeout: 10_000 })
      .catch(() => undefined);
    const answer = await runAxe(page, { only: [rule] }).catch((error) => ({ error }));
    if (answer.error) {
      if (!/unknown rule/.test(String(answer.error)))
        lost.push(`${name}: ${String(answer.error).split("\n")[0]}`);
    } else {
      const ours = new Set([...flat(answer.violations, "violation"), ...flat(answer.incomplete, "open")]);
      for (const [kind, targets] of [
        ["violation", violations],
        ["open", incomplete],
      ]) {
        for (const target of targets) {
          expected += 1;
          if (ours.has(`${kind} ${rule} ${JSON.stringify(target)}`)) found += 1;
        }
      }
    }
    await page.close();
  }
  const pages = pagesBelow(path.join(root, "test/integration/full")).filter((_, at) => at % every === 0);
  let compared = 0;
  for (const file of pages) {
    const url = `${server.url}/${path.relative(root, file)}`;
    const answers = [];
    for (const how of [async (page) => bare(page, axeSource().text), (page) => runAxe(page)]) {
      const page = await context.newPage();
      try {
        await page.goto(url, { waitUntil: "load", timeout: 15_000 });
        answers.push(answerOf(await how(page)));
      } catch {
        answers.push(null);
      }
      await page.close();
    }
    const [one, other] = answers;
    if (!one) continue;
    compared += 1;
    const gone = one.filter((each) => !other?.includes(each));
    if (gone.length > 0)
      lost.push(`${path.relative(root, file)}: ${gone.length} of ${one.length} findings, first ${gone[0]}`);
  }
  await browser.close();
  server.close();
  return {
    ok: lost.length === 0,
    lines: [
      `${cases.length} rule cases of axe-core: ${found} of ${expected} expected elements found through our embedding`,
      `${compared} whole pages: ${lost.length} on which our embedding loses something that bare axe-core finds`,
      ...lost.slice(0, 10),
    ],
  };
}
