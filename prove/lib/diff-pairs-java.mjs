/** Pairs and verdicts in the tests of OpenAPITools/openapi-diff. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const TESTS = "core/src/test/java";
const FILES = "core/src/test/resources";
const EXPECTED = {
  assertSpecUnchanged: "same",
  assertOpenApiAreEquals: "same",
  assertSpecChangedButCompatible: "compatible",
  assertOpenApiBackwardCompatible: "compatible",
  assertSpecIncompatible: "breaking",
  assertOpenApiBackwardIncompatible: "breaking",
};

const RULES = "core/src/main/java/org/openapitools/openapidiff/core/model/BackwardIncompatibleProp.java";

export function javaPairs(home) {
  // Rules that are off until somebody asks for them state no verdict.
  const off = [...readFileSync(path.join(home, RULES), "utf8").matchAll(/^ {2}(\w+)\([^)]*false\)/gm)].map(
    (match) => match[1],
  );
  const found = new Map();
  const sources = readdirSync(path.join(home, TESTS), { recursive: true }).filter((file) =>
    file.endsWith("Test.java"),
  );
  for (const file of sources) {
    const text = readFileSync(path.join(home, TESTS, file), "utf8");
    const names = new Map(
      [...text.matchAll(/String\s+(\w+)\s*=\s*"([^"]+)"/g)].map((match) => [match[1], match[2]]),
    );
    for (const body of text.split("@Test").slice(1)) {
      const inner = new Map(
        [...body.matchAll(/String\s+(\w+)\s*=\s*"([^"]+)"/g)].map((match) => [match[1], match[2]]),
      );
      const textOf = (word) =>
        word.startsWith('"') ? word.slice(1, -1) : (inner.get(word) ?? names.get(word));
      if (off.some((rule) => body.includes(rule))) continue;
      for (const [, call, one, other] of body.matchAll(
        /(assert\w+)\(\s*("[^"]+"|\w+)\s*,\s*("[^"]+"|\w+)/g,
      )) {
        const [base, revision] = [textOf(one), textOf(other)];
        const expected = EXPECTED[call];
        if (!expected || !base || !revision) continue;
        const key = `${base} ${revision}`;
        found.set(key, {
          test: `${path.basename(file, ".java")} ${key}`,
          expected,
          base,
          revision,
          root: path.join(home, FILES),
        });
      }
    }
  }
  return [...found.values()];
}
