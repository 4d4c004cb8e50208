/** `meta-orch design learn [--out FILE] [--css FILE] [--print] [--force]`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { selectFiles } from "../files.ts";
import { listFiles } from "../local-context.ts";
import { factsOf } from "../scan/facts.ts";
import { collect, emptyCollection } from "./collect.ts";
import { propose } from "./propose.ts";
import { toCss, toYaml } from "./write.ts";

const HELP = `Usage: meta-orch design learn [options]

Proposes a design DNA from what this code base paints: clusters of colours, spacing and
type scale, radii, shadows, each with how often it is used.

  --out FILE   where to write it (default design-dna.yaml)
  --css FILE   also write the tokens as custom properties
  --print      print it, write nothing
  --force      overwrite a file that is there
`;

/** 0 = written or printed, 1 = nothing to learn from, 2 = usage. */
export async function learnCommand(args: string[], cwd: string): Promise<number> {
  let values: { out?: string; css?: string; print?: boolean; force?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        out: { type: "string" },
        css: { type: "string" },
        print: { type: "boolean" },
        force: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const collected = emptyCollection();
  for (const file of selectFiles(await listFiles(cwd), [])) {
    const facts = factsOf(file.path, file.kind, readFileSync(join(cwd, file.path), "utf8"), {
      props: new Set(),
      texts: false,
    });
    if (!facts.vendored) collect(collected, facts);
  }
  if (collected.values === 0) {
    process.stderr.write("No file here paints anything, so there is nothing to learn from.\n");
    return 1;
  }
  const proposal = propose(collected);
  const yaml = toYaml(proposal, collected.files, collected.values);
  if (values.print) {
    process.stdout.write(yaml);
    return 0;
  }
  const targets = [
    { path: values.out ?? "design-dna.yaml", text: yaml },
    ...(values.css ? [{ path: values.css, text: toCss(proposal) }] : []),
  ];
  const taken = targets.find(({ path }) => existsSync(join(cwd, path)));
  if (taken && !values.force) {
    process.stderr.write(`${taken.path} is there already; add --force to overwrite it, or --out FILE.\n`);
    return 2;
  }
  for (const { path, text } of targets) writeFileSync(join(cwd, path), text);
  const counts = Object.entries(proposal)
    .filter(([, tokens]) => (tokens?.length ?? 0) > 0)
    .map(([kind, tokens]) => `${tokens?.length} ${kind}`);
  process.stdout.write(
    `Wrote ${targets.map(({ path }) => path).join(" and ")}: ${counts.join(", ")}, from ${collected.values} values in ${collected.files} files.\n`,
  );
  return 0;
}
