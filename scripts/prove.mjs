// npm run prove [NAME…]: the long matrices in full. Each prove/<name>.mjs exports { title, run } where
// run() resolves to { ok, lines }; the last result of each, with date and command, goes to docs/proof.md.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

process.chdir(new URL("..", import.meta.url).pathname);
const known = readdirSync("prove")
  .filter((file) => file.endsWith(".mjs"))
  .map((file) => file.slice(0, -".mjs".length))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no proof called ${unknown.join(", ")}. Known: ${known.join(", ")}.`);
  process.exit(2);
}

const PAGE = "docs/proof.md";
const HEAD = "# Proof\n\nThe last full run of each long matrix, written by `npm run prove`.\n";

/** Replaces the block of one proof, or appends it. */
function record(name, title, ok, lines) {
  const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : HEAD;
  const block = [
    `<!-- ${name} -->`,
    `## ${title}`,
    "",
    `\`npm run prove ${name}\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}: ${ok ? "holds" : "DOES NOT HOLD"}`,
    "",
    ...lines.map((line) => `- ${line}`),
    `<!-- /${name} -->`,
  ].join("\n");
  const old = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`);
  writeFileSync(PAGE, old.test(page) ? page.replace(old, () => block) : `${page.trimEnd()}\n\n${block}\n`);
}

let failed = 0;
for (const name of asked.length > 0 ? asked : known) {
  const { title, run } = await import(new URL(`../prove/${name}.mjs`, import.meta.url).href);
  console.log(`\n== ${title}`);
  const { ok, lines } = await run();
  for (const line of lines) console.log(`   ${line}`);
  console.log(`   ${ok ? "holds" : "DOES NOT HOLD"}`);
  record(name, title, ok, lines);
  if (!ok) failed += 1;
}
process.exit(failed > 0 ? 1 : 0);
