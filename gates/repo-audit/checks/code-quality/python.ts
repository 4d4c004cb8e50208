/** Python by ruff, compiled to WebAssembly: cyclomatic complexity, dangerous calls, SQL from strings. */
import type { SourceFile } from "../../source.ts";

export interface PythonHit {
  code: string;
  message: string;
  file: SourceFile;
  line: number;
}

const RULES = ["C901", "S102", "S307", "S602", "S605", "S608"];

/** What ruff says of one file; of one it cannot parse it says little. */
export type Ruff = (file: SourceFile) => { hits: PythonHit[]; isParsed: boolean };

/** Throws when the engine is missing. */
export async function loadRuff(maxComplexity: number): Promise<Ruff> {
  const { Workspace, PositionEncoding } = await import("@astral-sh/ruff-wasm-nodejs");
  const settings = { lint: { select: RULES, mccabe: { "max-complexity": maxComplexity } } };
  const workspace = new Workspace(settings, PositionEncoding.Utf16);
  return (file) => {
    const said = workspace.check(file.text) as {
      code: string | null;
      message: string;
      start_location: { row: number };
    }[];
    const hits = said.flatMap(({ code, message, start_location: { row: line } }) =>
      code && RULES.includes(code) ? [{ code, message, file, line }] : [],
    );
    return { hits, isParsed: hits.length === said.length };
  };
}
