// axe-core's own integration cases: what bare axe-core finds in a page, and what it finds through our embedding.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fromSource, launchChromium, serve } from "./browser.mjs";
import { inPieces } from "./pieces.mjs";

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
async function bare(page, source, only) {
  for (const frame of page.frames()) await frame.evaluate(source).catch(() => undefined);
  const options = {
    resultTypes: ["violations", "incomplete"],
    ...(only ? { runOnly: { type: "rule", values: only } } : {}),
  };
  return page.evaluate((given) => window.axe.run(document, given), options);
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
  const cases = ruleCases(root).filter((_, at) => at % every === 0);
  const ways = [
    (page, only) => bare(page, axeSource().text, only),
    (page, only) => runAxe(page, { ...(only ? { only } : {}), frameTimeoutMs: 60_000 }),
  ];
  const rules = await inPieces(
    "axe-rules",
    cases,
    ({ name }) => name,
    (one) => lookAtCase(context, server.url, one, ways),
  );
  const files = pagesBelow(path.join(root, "test/integration/full")).filter((_, at) => at % every === 0);

  const pages = await inPieces(
    "axe-pages",
    files,
    (file) => path.relative(root, file),
    (file) => compare(context, `${server.url}/${path.relative(root, file)}`, path.relative(root, file), ways),
  );
  await browser.close();
  server.close();
  const sum = (field) => rules.answers.reduce((total, answer) => total + answer[field], 0);
  const compared = pages.answers.filter(({ isComparable }) => isComparable);
  const lost = [...rules.answers, ...compared].flatMap(({ lost: one }) => one ?? []);
  return {
    ok: lost.length === 0,
    left: rules.left + pages.left,
    lines: [
      `${rules.answers.length} rule cases of axe-core: ${sum("found")} of ${sum("expected")} expected elements found through our embedding, ${sum("bare")} by bare axe-core`,
      `${compared.length} whole pages (bare axe-core cannot run in ${pages.answers.length - compared.length} more): ${compared.filter(({ lost: one }) => one).length} on which our embedding loses something that bare axe-core finds`,
      ...lost.slice(0, 10),
    ],
  };
}

/** A rule file: how many elements it expects, and how many of them bare axe-core and our embedding name. */
async function lookAtCase(context, url, { rule, violations = [], incomplete = [], name, html }, ways) {
  const answers = [];
  for (const way of ways) {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: "commit" }).catch(() => undefined);
    await page
      .setContent(HTML(readFileSync(html, "utf8")), { waitUntil: "load", timeout: 10_000 })
      .catch(() => undefined);
    const answer = await way(page, [rule]).catch((error) => ({ error: String(error).split("\n")[0] }));
    answers.push(answer.error ? answer : new Set(answerOf(answer)));
    await page.close();
  }
  const [one, other] = answers;
  if (one.error) return { expected: 0, bare: 0, found: 0 };
  if (other.error) return { expected: 0, bare: 0, found: 0, lost: `${name}: ${other.error}` };
  const wanted = [
    ...violations.map((target) => `violation ${rule} ${JSON.stringify(target)}`),
    ...incomplete.map((target) => `open ${rule} ${JSON.stringify(target)}`),
  ];
  const gone = [...one].filter((each) => !other.has(each));
  return {
    expected: wanted.length,
    bare: wanted.filter((each) => one.has(each)).length,
    found: wanted.filter((each) => other.has(each)).length,
    ...(gone.length > 0 ? { lost: `${name}: ${gone.length} of ${one.size} findings, first ${gone[0]}` } : {}),
  };
}

/** A whole page, bare and through our embedding. */
async function compare(context, url, name, ways) {
  const answers = [];
  for (const way of ways) {
    const page = await context.newPage();
    try {
      await page.goto(url, { waitUntil: "load", timeout: 30_000 });
      answers.push(answerOf(await way(page)));
    } catch {
      answers.push(null);
    }
    await page.close();
  }
  const [one, other] = answers;
  if (!one) return { isComparable: false };
  const gone = one.filter((each) => !other?.includes(each));
  const lost =
    gone.length > 0 ? { lost: `${name}: ${gone.length} of ${one.length} findings, first ${gone[0]}` } : {};
  return { isComparable: true, ...lost };
}
