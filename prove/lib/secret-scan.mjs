// The check `secrets` alone, bundled from the sources, as the proofs about it use it.
import { bundled } from "./bundle.mjs";

const load = () =>
  bundled({
    "./gates/repo-audit/checks/secrets/index.ts": ["secretsCheck"],
    "./gates/repo-audit/source.ts": ["SourceFile"],
    "./gates/repo-audit/checks/secrets/rules.ts": ["RULES"],
  });

/** How many rules of published formats there are, and a function that finds the secrets of one text. */
export async function secretScanner() {
  const { secretsCheck, SourceFile, RULES } = await load();
  const find = async (name, text) => {
    const check = secretsCheck([{ path: name, oid: "", mode: "100644", size: text.length }]);
    const file = new SourceFile(name, text);
    for (const noter of check.noters) if (noter.note(file)) noter.take(true, file);
    return await check.finish();
  };
  return { rules: RULES.length, find };
}
