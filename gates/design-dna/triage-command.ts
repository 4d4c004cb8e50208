/** `meta-orch design triage [--shards N] [--top N] [--json]`. */
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { DNA_FILES, readDnaFile } from "./dna/yaml-dna.ts";
import { judgeRepository, writeTriage } from "./judge-repository.ts";
import { localContext } from "./local-context.ts";
import { readOptions } from "./options.ts";
import { readText } from "./world.ts";

const HELP = `Usage: meta-orch design triage [options]

Lists the files to migrate first: violations by weight, reach and churn.

  --shards N   split the work into N shares of equal effort (default 1)
  --top N      how many files to list (default 20)
  --json       print the whole triage as JSON
`;

/** 0 = printed, 1 = the DNA file is faulty, 2 = usage. */
export async function triageCommand(args: string[], cwd: string): Promise<number> {
  let values: { shards?: string; top?: string; json?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        shards: { type: "string" },
        top: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  const shards = Number(values.shards ?? 1);
  const top = Number(values.top ?? 20);
  if (
    values.help ||
    !Number.isInteger(shards) ||
    shards < 1 ||
    shards > 64 ||
    !Number.isInteger(top) ||
    top < 1
  ) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const context = await localContext(cwd);
  try {
    const path = context.files.find((file) => DNA_FILES.test(file.path))?.path;
    const dnaFile = path ? await readDnaFile(path, readText(cwd, path) ?? "") : null;
    if (dnaFile && dnaFile.problems.length > 0) {
      process.stderr.write(`${path}: ${dnaFile.problems.join("; ")}\n`);
      return 1;
    }
    const { triage } = await judgeRepository(context, { ...readOptions({}), shards }, dnaFile);
    if (!triage) throw new Error("a full run has a triage");
    writeTriage(context, triage);
    if (values.json) process.stdout.write(`${JSON.stringify(triage, null, 2)}\n`);
    else {
      const { totals } = triage;
      process.stdout.write(
        `${totals.violations} violations in ${totals.filesWithViolations} of ${totals.files} files (${totals.archived} archived), ${totals.waived} waived, about ${Math.round(totals.effortMinutes / 60)} hours.\n`,
      );
      for (const file of triage.files.slice(0, top)) {
        process.stdout.write(
          `${String(file.score).padStart(9)}  ${String(file.violations).padStart(5)}  ${shards > 1 ? `share ${file.shard}  ` : ""}${file.path}${file.status === "archived" ? " (archived)" : ""}\n`,
        );
      }
      if (shards > 1)
        for (const share of triage.shards)
          process.stdout.write(
            `share ${share.shard}: ${share.files} files, ${share.effortMinutes} minutes\n`,
          );
    }
    return 0;
  } finally {
    rmSync(context.artifactsDir, { recursive: true, force: true });
  }
}
