// Makes the journal's types and its validator from schema/journal-record.schema.json, so that they cannot drift.
import { readFile, writeFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { compile } from "json-schema-to-typescript";

const SCHEMA = new URL("../../schema/journal-record.schema.json", import.meta.url);
const NOTE = "Generated from schema/journal-record.schema.json by `npm run generate`. Do not edit.";

const DECLARATION = `/** ${NOTE} */
import type { JournalRecord } from "./record.generated.ts";

/** What is wrong with a record, in the words of JSON Schema. */
export interface RecordFault {
  instancePath: string;
  schemaPath: string;
  keyword: string;
  message?: string;
  params: Record<string, unknown>;
}

declare function validateRecord(value: unknown): value is JournalRecord;
declare namespace validateRecord {
  let errors: RecordFault[] | null | undefined;
}
export { validateRecord };
`;

async function types(schema) {
  return compile(schema, "JournalRecord", {
    additionalProperties: false,
    bannerComment: `/** ${NOTE} */`,
    style: { printWidth: 110 },
  });
}

/** The schema without titles and descriptions: the generated code carries it along. */
function withoutWords(value) {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== "object" || value === null) return value;
  const isWords = (key, inner) => (key === "title" || key === "description") && typeof inner === "string";
  const kept = Object.entries(value).filter(([key, inner]) => !isWords(key, inner));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutWords(inner)]));
}

function validator(schema) {
  const ajv = new Ajv2020({
    code: { source: true, esm: true, lines: true },
    discriminator: true,
    strict: true,
    allowUnionTypes: true,
  });
  // The published schema stays free of this keyword, which is no part of JSON Schema; here it makes the
  // validator look at the one kind in question instead of at all four.
  const oneKind = { type: "object", discriminator: { propertyName: "kind" } };
  ajv.addSchema({ ...withoutWords(schema), ...oneKind });
  const code = standaloneCode.default(ajv, { validateRecord: schema.$id });
  // A require() would need ajv at run time: keep to keywords that compile to plain code.
  if (code.includes("require(")) throw new Error("The journal's validator would need ajv at run time");
  return `// ${NOTE}\n${code}`;
}

/**
 * Regenerates record.generated.ts, validate-record.generated.mjs and its declaration.
 * @param {{ write?: boolean }} [options] write false only returns the texts
 * @returns {Promise<{ file: URL, text: string }[]>}
 */
export async function generateJournalTypes({ write = true } = {}) {
  const source = await readFile(SCHEMA, "utf8");
  const outputs = [
    // compile() changes the object it is given, so each gets its own.
    { file: new URL("record.generated.ts", import.meta.url), text: await types(JSON.parse(source)) },
    { file: new URL("validate-record.generated.mjs", import.meta.url), text: validator(JSON.parse(source)) },
    { file: new URL("validate-record.generated.d.mts", import.meta.url), text: DECLARATION },
  ];
  if (write) for (const { file, text } of outputs) await writeFile(file, text);
  return outputs;
}
