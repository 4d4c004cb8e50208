import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { fold } from "../../modsquad/journal/fold.ts";
import { readJournal } from "../../modsquad/journal/read.ts";
import { temporaryFolder } from "./support.ts";

/** The long matrix runs with more of them. */
const KILLS = Number(process.env.META_ORCH_KILLS ?? 12);
/** Bytes of text in a record: a short line, one near the limit, one with a side file. */
const SIZES = [50, 60_000, 200_000];

async function bundledWriter(dir: string): Promise<string> {
  const outfile = join(dir, "writer.mjs");
  const entry = fileURLToPath(new URL("fixtures/endless-writer.ts", import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "silent",
  });
  return outfile;
}

/** Lets the writer get `records` accepted and kills it in the middle of the next; what it had told by then. */
async function killAfter(records: number, program: string, dir: string, size: number) {
  const child = spawn(process.execPath, [program, dir, String(size)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => {
    told += chunk.toString();
    if (told.split("\n").length > records + 1) child.kill("SIGKILL");
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  const [path = "", ...accepted] = told.slice(0, told.lastIndexOf("\n")).split("\n");
  return { path, accepted: accepted.map(Number) };
}

it("a writer killed at any moment loses no accepted record and breaks at most its last line", async () => {
  const program = await bundledWriter(temporaryFolder());
  for (let kill = 0; kill < KILLS; kill++) {
    const dir = temporaryFolder();
    const { path, accepted } = await killAfter(
      1 + ((kill * 7) % 40),
      program,
      dir,
      SIZES[kill % SIZES.length]!,
    );
    const read = readJournal(path);
    expect(read.problem).toBeNull();
    expect(read.broken).toEqual([]);
    const numbers = read.records.map((record) => (record as unknown as { metrics: { n: number } }).metrics.n);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(accepted.at(-1) ?? 0);
    expect(numbers.length).toBeLessThanOrEqual((accepted.at(-1) ?? 0) + 1);
    expect(fold(read.records, { ...read, alive: false }).status).toBe("crashed");
  }
}, 600_000);

it("a writer that may not write any more says so and keeps what it had accepted", async () => {
  const program = await bundledWriter(temporaryFolder());
  const dir = temporaryFolder();
  const limited = 'ulimit -f 40; exec "$@"';
  const args = ["-c", limited, "sh", process.execPath, program, dir, "1000"];
  const child = spawn("sh", args, { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => {
    told += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  expect(code).toBe(0);
  const [path = "", ...lines] = told.trimEnd().split("\n");
  expect(lines.at(-1)).toBe("refused: The journal cannot be written: EFBIG");
  const read = readJournal(path);
  expect(read.broken).toEqual([]);
  expect(read.records).toHaveLength(lines.length - 1);
  expect(read.records.length).toBeGreaterThan(5);
});
