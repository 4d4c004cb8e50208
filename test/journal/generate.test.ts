import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { generateJournalTypes } from "../../modsquad/journal/generate.mjs";

it("regenerating types and validator from the schema gives the committed bytes", async () => {
  const outputs = await generateJournalTypes({ write: false });
  expect(outputs.map(({ file }) => file.pathname.split("/").at(-1))).toEqual([
    "record.generated.ts",
    "validate-record.generated.mjs",
    "validate-record.generated.d.mts",
  ]);
  for (const { file, text } of outputs) expect(text).toBe(readFileSync(file, "utf8"));
});

it("the validator bundles without bringing ajv along", async () => {
  const entry = fileURLToPath(
    new URL("../../modsquad/journal/validate-record.generated.mjs", import.meta.url),
  );
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  expect(Object.keys(bundle.metafile.inputs)).toHaveLength(1);
});
