// npm run bench [NAME…]: each bench/<name>.bench.mjs exports { title, run }; run() resolves to printable lines.
// Figures are ratios against a baseline measured in the same run; absolute times do not travel.
import { readdirSync } from "node:fs";

process.chdir(new URL("..", import.meta.url).pathname);
const known = readdirSync("bench")
  .filter((file) => file.endsWith(".bench.mjs"))
  .map((file) => file.slice(0, -".bench.mjs".length))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark called ${unknown.join(", ")}. Known: ${known.join(", ")}.`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : known) {
  const { title, run } = await import(new URL(`./${name}.bench.mjs`, import.meta.url).href);
  console.log(`\n== ${title}`);
  for (const line of await run()) console.log(`   ${line}`);
}
