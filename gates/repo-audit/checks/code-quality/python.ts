/** Python by ruff, compiled to WebAssembly: cyclomatic complexity, dangerous calls, SQL from strings. */
import type { SourceFile } from "../../source.ts";

export interface PythonHit {
  code: string;
  message: string;
  file: SourceFile;
  line: number;
}

const RULES = ["C901", "S102", "S307", "S602", "S605", "S608"];

/** Diagnostics of every file; a file ruff cannot parse is named instead. Throws when the engine is missing. */
export async function checkPython(
  files: SourceFile[],
  maxComplexity: number,
): Promise<{ hits: PythonHit[]; unparsed: string[] }> {
  const { Workspace, PositionEncoding } = await import("@astral-sh/ruff-wasm-nodejs");
  const settings = { lint: { select: RULES, mccabe: { "max-complexity": maxComplexity } } };
  const workspace = new Workspace(settings, PositionEncoding.Utf16);
  const hits: PythonHit[] = [];
  const unparsed: string[] = [];
  for (const file of files) {
    for (const each of workspace.check(file.text) as {
      code: string | null;
      message: string;
      start_location: { row: number };
    }[]) {
      if (each.code && RULES.includes(each.code)) {
        hits.push({ code: each.code, message: each.message, file, line: each.start_location.row });
      } else if (!unparsed.includes(file.path)) {
        unparsed.push(file.path);
      }
    }
  }
  return { hits, unparsed };
}
