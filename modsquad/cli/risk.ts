/** `meta-orch risk assess FILE|-`: the risk model without a run, for what-if questions. */
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT } from "../contracts/words.ts";
import { parseState } from "../risk/input.ts";
import { contributions, evaluate } from "../risk/model.ts";
import { readStates, type StateEntry } from "../risk/state-file.ts";
import type { ModelResult } from "../risk/types.ts";
import { didYouMean } from "../suggest.ts";

export interface RiskIo {
  stdin: AsyncIterable<Uint8Array>;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  cwd: string;
}

export const RISK_HELP = `Usage: meta-orch risk assess FILE|-

Asks the risk model "what if": reads states, prints one line of JSON for each, runs nothing.

  FILE    a JSON object, a JSON array or JSONL, recognised by itself; - reads standard input
  --help  this text

A state is { "runs": { GATE: RUN, ... }, "options": { ... } }; other keys beside these are ignored.
  RUN      status   pass, warn, fail, error, timeout, skipped, cancelled, missing or stale
           checks   { CHECK: { status, retries, coverage } }    findings  [{ id, severity, baseline, count }]
           retries, age_h, same_digest
  options  mode, env, today, diff { la, ld, nf }, required, na, scope, waivers, history { T, k }, policy

Printed: risk, release, waived, deferred, total_avoidable, floor and total in percent, x (exposure),
contrib ("gate|reason": percent), verdict and exit.

Exit code: 0 when every state could be assessed, whatever its verdict; 2 otherwise. A broken state is
named on standard error with its line; the others are printed all the same, in order.

Examples:
  echo '{"runs":{"contract":{"status":"error"}}}' | meta-orch risk assess -
  meta-orch risk assess states.jsonl
`;

/** Runs \`meta-orch risk ARGS\`. Returns the exit code. */
export async function riskCommand(args: string[], io: RiskIo): Promise<number> {
  const parsed = parseCommand(args);
  if ("fault" in parsed) {
    io.stderr(`meta-orch risk: ${parsed.fault}\n`);
    return EXIT.usage;
  }
  if (parsed.help) {
    io.stdout(RISK_HELP);
    return EXIT.safe;
  }
  const input = await readInput(parsed.file, io);
  if ("fault" in input) {
    io.stderr(`meta-orch risk: ${input.fault}\n`);
    return EXIT.usage;
  }
  let broken = 0;
  for (const entry of readStates(input.text)) {
    if (!assessEntry(entry, parsed.file === "-" ? "(standard input)" : parsed.file, io)) broken++;
  }
  return broken > 0 ? EXIT.usage : EXIT.safe;
}

function assessEntry(entry: StateEntry, file: string, io: RiskIo): boolean {
  const where = `${file}:${entry.line}`;
  if ("fault" in entry) {
    io.stderr(`${where}: ${entry.fault}\n`);
    return false;
  }
  const state = parseState(entry.value);
  if (!state.ok) {
    for (const problem of state.problems) {
      io.stderr(`${where}: ${entry.name}${problem.what}; ${problem.next}\n`);
    }
    return false;
  }
  io.stdout(`${JSON.stringify(printed(evaluate(state.value)))}\n`);
  return true;
}

/** Key names and digits as in the golden cases. */
function printed(result: ModelResult): Record<string, unknown> {
  const contrib = Object.entries(contributions(result)).map(([line, pct]) => [line, nineDigits(pct)]);
  return {
    risk: nineDigits(result.risk),
    release: nineDigits(result.release),
    waived: nineDigits(result.waived),
    deferred: nineDigits(result.deferred),
    total_avoidable: nineDigits(result.totalAvoidable),
    floor: nineDigits(result.floor),
    total: nineDigits(result.total),
    x: nineDigits(result.x),
    contrib: Object.fromEntries(contrib),
    verdict: result.verdict,
    exit: result.exit,
  };
}

/** Nine decimals; what is positive but smaller keeps its own, so that 0 still means exactly none. */
function nineDigits(value: number): number {
  const rounded = Math.round(value * 1e9) / 1e9;
  return rounded === 0 && value > 0 ? value : rounded;
}

function parseCommand(args: string[]): { help: true } | { help: false; file: string } | { fault: string } {
  const options = { help: { type: "boolean", short: "h" } } as const;
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    if (token.name === "help" || token.name === "h") return { help: true };
    const hint = didYouMean(token.name, ["help"]);
    return { fault: `there is no option ${token.rawName}. ${hint}See: meta-orch risk --help` };
  }
  const [verb, file, ...more] = words;
  if (verb === undefined) return { fault: "what about it? Try: meta-orch risk assess FILE|-" };
  if (verb !== "assess") {
    return {
      fault: `there is no "${verb}". ${didYouMean(verb, ["assess"])}Try: meta-orch risk assess FILE|-`,
    };
  }
  if (file === undefined) return { fault: "which states? Give a FILE, or - for standard input" };
  if (more.length > 0) return { fault: `one FILE at a time; "${more[0]}" is too much` };
  return { help: false, file };
}

async function readInput(file: string, io: RiskIo): Promise<{ text: string } | { fault: string }> {
  let bytes: Uint8Array;
  try {
    bytes =
      file === "-" ? await readAll(io.stdin) : await readFile(isAbsolute(file) ? file : join(io.cwd, file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { fault: code === "ENOENT" ? `there is no file ${file}` : `${file} cannot be read (${code})` };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { fault: `${file === "-" ? "standard input" : file} is not UTF-8 text` };
  }
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
