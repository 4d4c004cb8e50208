/** Reads JavaScript, TypeScript and Python: variables, ports listened on, addresses of this machine. */
import type { SourceFile } from "../../source.ts";
import { mayBeAbsentBySchema } from "./env-schema.ts";
import type { EnvRead, Facts, ListenFact } from "./facts.ts";
import { type MaskedCode, maskJavaScript, maskPython } from "./mask.ts";
import { findLocalPorts } from "./urls.ts";

/** Environment variables are written in capitals; other names on process.env are set by bundlers. */
const NAME = /^[A-Z][A-Z0-9_]*$/;

/** Nothing of interest without one of these, and most files have none. */
const WORTH_READING =
  /process\.env|import\.meta\.env|Deno\.env|Bun\.env|environ|getenv|\.listen\(|\bserve\(|createServer|\.run(?:_app)?\(|localhost|127\.0\.0\.1/;

class CodeReader {
  readonly file: SourceFile;
  readonly code: string;
  readonly #strings: Map<number, number>;
  readonly masked: MaskedCode;

  constructor(file: SourceFile, masked: MaskedCode) {
    this.file = file;
    this.masked = masked;
    this.code = masked.code;
    this.#strings = new Map(masked.strings.map(({ start, end }) => [start, end]));
  }

  /** Content of the string whose opening quote is at this offset. */
  stringAt(quote: number): { text: string; start: number; end: number } | null {
    const start = quote + 1;
    const end = this.#strings.get(start);
    return end === undefined ? null : { text: this.file.text.slice(start, end), start, end };
  }

  read(name: string, start: number, use: EnvRead["use"]): EnvRead {
    return { name, use, place: { file: this.file, start, end: start + name.length } };
  }
}

/** What happens to the value right after (and before) it is read. */
function useOf(code: string, start: number, end: number): EnvRead["use"] | "write" {
  const after = code.slice(end, end + 60);
  const before = code.slice(Math.max(0, start - 80), start);
  if (/^\s*(?:[-+|&?]{0,2})=(?![=>])/.test(after)) return "write";
  if (/\bdelete\s+$/.test(before)) return "write";
  if (/^\s*(?:\?\?|\|\||\?(?!\.)|&&|===|!==|==|!=|in\b)/.test(after)) return "optional";
  // envInt(process.env.X, 5): a helper that is given the default.
  if (/\w\(\s*$/.test(before) && /^\s*,\s*[^\s)]/.test(after)) return "optional";
  if (/(?:!{1,2}|===?\s*|!==?\s*|\bBoolean\(\s*|\?\?\s*|\|\|\s*|&&\s*|\btypeof\s+)$/.test(before))
    return "optional";
  if (/\b(?:if|while)\s*\(\s*$/.test(before)) return "optional";
  const kept = /\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=;\n]{1,40})?=\s*$/.exec(before)?.[1];
  if (kept) {
    const later = usesOfCopy(code, end, kept);
    if (later) return later;
  }
  // A chain or a conversion copes with undefined; a bare method call does not.
  if (/^\s*\?\./.test(after) || /(?:parseInt|Number|String|parseFloat|JSON\.parse)\(\s*$/.test(before))
    return "optional";
  return "value";
}

/** `const url = process.env.URL; if (!url) throw …`: what becomes of the copy, when that can be seen. */
function usesOfCopy(code: string, from: number, name: string): EnvRead["use"] | null {
  const escaped = name.replaceAll("$", "\\$");
  const rest = code.slice(from);
  const guard = new RegExp(
    `\\bif\\s*\\(\\s*!\\s*${escaped}\\b[^)]{0,80}\\)\\s*\\{?\\s*(?:throw\\b|process\\.exit)`,
  );
  if (guard.test(rest)) return "required";
  const optional = new RegExp(
    `\\b${escaped}\\s*(?:\\?\\?|\\|\\||\\?\\.|\\?(?!\\.)|&&|===|!==)|!\\s*${escaped}\\b|\\bif\\s*\\(\\s*${escaped}\\b`,
  );
  return optional.test(rest) ? "optional" : null;
}

/** `if (!process.env.X) throw …`: found apart, since the read itself looks like a switch. */
function requiredNames(code: string): Set<string> {
  const names = new Set<string>();
  const guard =
    /\bif\s*\(\s*!\s*process\.env\.([A-Z][A-Z0-9_]*)\s*\)\s*\{?\s*(?:throw\b|[\s\S]{0,120}?process\.exit\()/g;
  for (const match of code.matchAll(guard)) names.add(match[1]!);
  return names;
}

const ALL_VARIABLES =
  /\b(?:Object\.(?:entries|keys)\(\s*|\bin\s+)(process\.env|import\.meta\.env|Bun\.env)\b(?!\s*[.[])|\bos\.environ(?:\.(?:items|keys)\(\)|\s*:|\s*\])/g;
const BEGINS = /\.starts[wW]ith\(\s*["'`]([A-Z][A-Z0-9_]*_)["'`]/g;

/** Code that goes through all variables reads every one whose name begins as it asks for. */
function familiesRead(code: string, text: string): { prefix: string; suffix: string }[] {
  const all = [...code.matchAll(ALL_VARIABLES)];
  if (all.length === 0) return [];
  const prefixes = [...text.matchAll(BEGINS)].map((match) => match[1]!);
  // Vite hands over nothing but its own family.
  if (prefixes.length === 0 && all.some(([said]) => said.includes("import.meta"))) prefixes.push("VITE_");
  return prefixes.map((prefix) => ({ prefix, suffix: "" }));
}

function jsReads(reader: CodeReader, facts: Facts): void {
  const { code } = reader;
  const required = requiredNames(code);
  const add = (name: string, start: number, whole: number, end: number): void => {
    if (!NAME.test(name)) return;
    const use = mayBeAbsentBySchema(code, name, whole) ? "optional" : useOf(code, whole, end);
    if (use !== "write") facts.reads.push(reader.read(name, start, required.has(name) ? "required" : use));
  };
  const dotted = /\b(?:process\.env|import\.meta\.env|Bun\.env)(?:\?\.|\.)([A-Za-z_]\w*)/g;
  for (const match of code.matchAll(dotted)) {
    const end = match.index + match[0].length;
    add(match[1]!, end - match[1]!.length, match.index, end);
  }
  const indexed =
    /\b(?:process\.env|import\.meta\.env|Bun\.env)(?:\?\.)?\[\s*(["'`])|\bDeno\.env\.get\(\s*(["'`])/g;
  for (const match of code.matchAll(indexed)) {
    const quote = match.index + match[0].length - 1;
    const text = reader.stringAt(quote);
    if (!text) continue;
    if (code.startsWith("${", text.end)) {
      const suffix = /\$\{[^}]*\}([^`]*)`/.exec(reader.file.text.slice(text.end, text.end + 200))?.[1] ?? "";
      facts.dynamicReads.push({ prefix: text.text, suffix });
      continue;
    }
    const close = /^["'`]\s*[\])]/.exec(code.slice(text.end))?.[0].length ?? 1;
    add(text.text, text.start, match.index, text.end + close);
  }
  testedWithIn(reader, facts, /(["'`])[^"'`\n]{0,80}\1\s+in\s+(?:process\.env|import\.meta\.env)\b/g);
  facts.dynamicReads.push(...familiesRead(code, reader.file.text));
  const destructured = /\{([^{}]*)\}\s*=\s*(?:process\.env|import\.meta\.env)\b(?!\s*[.[])/g;
  for (const match of code.matchAll(destructured)) {
    for (const part of match[1]!.matchAll(/([A-Z][A-Z0-9_]*)\s*(?::\s*\w+\s*)?(=)?/g)) {
      const start = match.index + 1 + part.index;
      facts.reads.push(reader.read(part[1]!, start, part[2] ? "optional" : "value"));
    }
  }
}

/** `"NAME" in process.env`: who asks first does without. */
function testedWithIn(reader: CodeReader, facts: Facts, pattern: RegExp): void {
  for (const match of reader.code.matchAll(pattern)) {
    const tested = reader.stringAt(match.index);
    if (tested && NAME.test(tested.text))
      facts.reads.push(reader.read(tested.text, tested.start, "optional"));
  }
}

function pythonReads(reader: CodeReader, facts: Facts): void {
  facts.dynamicReads.push(...familiesRead(reader.code, reader.file.text));
  testedWithIn(reader, facts, /(["'])[^"'\n]{0,80}\1\s+in\s+(?:os\.)?environ\b(?!\s*[.[])/g);
  const call =
    /\b(?:os\.)?(environ\.get|getenv|environ\.setdefault)\(\s*(?=["'])|\b(?:os\.)?(environ)\[\s*(?=["'])/g;
  for (const match of reader.code.matchAll(call)) {
    const text = reader.stringAt(match.index + match[0].length);
    if (!text || !NAME.test(text.text)) continue;
    const after = reader.code.slice(text.end + 1, text.end + 40);
    if (match[2]) {
      if (!/^\s*\]\s*=(?!=)/.test(after))
        facts.reads.push(reader.read(text.text, text.start, indexed(reader, match.index)));
      continue;
    }
    const defaulted =
      /^\s*,/.test(after) ||
      /^\s*\)\s*(or\b|is\b|==|!=|in\b|:)/.test(after) ||
      match[1] === "environ.setdefault";
    const before = reader.file.text.slice(Math.max(0, match.index - 20), match.index);
    const tested = /\b(if|not|and|or|bool\(|while|elif|default["']?\s*[:=])\s*$/.test(before);
    const optional = defaulted || tested;
    const later = optional ? null : pythonCopy(reader.code, match.index, text.end);
    facts.reads.push(reader.read(text.text, text.start, optional ? "optional" : (later ?? "lenient")));
  }
}

/** `os.environ["X"]` stops the program when it is read on import; inside a function only when that is called. */
function indexed(reader: CodeReader, offset: number): EnvRead["use"] {
  const line = reader.code.slice(reader.file.lineAround(offset).start, offset);
  return /^\s/.test(line) ? "value" : "required";
}

/** `key = os.getenv("KEY")` and what the code then does with key. */
function pythonCopy(code: string, start: number, end: number): EnvRead["use"] | null {
  const name = /(?:^|\n)[ \t]*((?:self\.)?[A-Za-z_]\w*)\s*(?::[^=\n]{1,40})?=\s*$/.exec(
    code.slice(Math.max(0, start - 120), start),
  )?.[1];
  if (!name) return null;
  const rest = code.slice(end);
  const escaped = name.replace(".", "\\.");
  if (
    new RegExp(`\\bif\\s+(?:not\\s+${escaped}\\b|${escaped}\\s+is\\s+None)[^\\n]*\\n\\s*raise\\b`).test(rest)
  )
    return "required";
  const tested = new RegExp(
    `\\b(?:if|not|and|or|elif)\\s+${escaped}\\b|\\b${escaped}\\s*(?:or\\b|is\\b|==|!=|\\bif\\b)`,
  );
  return tested.test(rest) ? "optional" : null;
}

function portFact(reader: CodeReader, digits: string, start: number, variable: string | null): ListenFact[] {
  const port = Number(digits);
  if (port < 1 || port > 65535) return [];
  return [{ port, variable, place: { file: reader.file, start, end: start + digits.length } }];
}

const LISTEN_LITERAL = /\.listen\(\s*(\d{2,5})\b/g;
const LISTEN_OBJECT = /\.listen\(\s*\{[^{}]{0,80}?\bport\s*:\s*(\d{2,5})\b/g;
/** `PORT = Number(process.env.PORT) || 3000` in its many spellings; the number is the default. */
const PORT_DEFAULT =
  /\b(?:(?:process|import\.meta|Bun)\.env\.|Deno\.env\.get\(\s*["'`]\s*)((?:[A-Z0-9]+_)*PORT)\b\s*(?:\)\s*)?(?:,\s*10\s*)?(?:\)\s*)*(?:\?\?|\|\||\?(?![?.])[^:;\n]{0,60}:)\s*(["'`]?)/g;
const SERVE_PORT =
  /\b(?:serve|createServer|Bun\.serve|Deno\.serve)\(\s*\{[^{}]{0,200}?\bport\s*:\s*(\d{2,5})\b/g;
const LISTEN_NAME = /\.listen\(\s*(?:\{\s*port\s*:\s*)?([A-Za-z_$][\w$]*)\b/g;

function digitsAt(
  reader: CodeReader,
  offset: number,
  quote: string,
): { digits: string; start: number } | null {
  if (quote) {
    const text = reader.stringAt(offset - 1);
    return text && /^\d{2,5}$/.test(text.text) ? { digits: text.text, start: text.start } : null;
  }
  const digits = /^\d{2,5}\b/.exec(reader.code.slice(offset))?.[0];
  return digits ? { digits, start: offset } : null;
}

function jsListens(reader: CodeReader, facts: Facts): void {
  const { code } = reader;
  for (const pattern of [LISTEN_LITERAL, LISTEN_OBJECT, SERVE_PORT]) {
    for (const match of code.matchAll(pattern)) {
      const start = match.index + match[0].length - match[1]!.length;
      facts.listens.push(...portFact(reader, match[1]!, start, null));
    }
  }
  // A default for PORT counts where something listens: elsewhere it is a client's idea of the server.
  if (!/\.listen\(|\bserve\(|\bcreateServer\(|\bPORT\b\s*[:=]/.test(code)) return;
  for (const match of code.matchAll(PORT_DEFAULT)) {
    const found = digitsAt(reader, match.index + match[0].length, match[2] ?? "");
    if (found) facts.listens.push(...portFact(reader, found.digits, found.start, match[1]!));
  }
  for (const match of code.matchAll(LISTEN_NAME)) {
    const constant = new RegExp(
      `\\b(?:const|let|var)\\s+${match[1]!.replaceAll("$", "\\$")}\\s*(?::\\s*number\\s*)?=\\s*(\\d{2,5})\\s*[;\\r\\n]`,
    ).exec(code);
    if (!constant) continue;
    const start = constant.index + constant[0].lastIndexOf(constant[1]!);
    facts.listens.push(...portFact(reader, constant[1]!, start, null));
  }
}

const PY_RUN = /\b(?:app|server|uvicorn|socketio|web|application)\.(?:run|run_app|listen)\(/g;
const PY_PORT =
  /\bport\s*=\s*(?:int\(\s*)?(?:(?:os\.)?(?:environ\.get|getenv)\(\s*["'] *["']\s*,\s*(["']?)|(?=\d))/;

function pythonListens(reader: CodeReader, facts: Facts): void {
  for (const call of reader.code.matchAll(PY_RUN)) {
    const start = call.index + call[0].length;
    const args = reader.code.slice(start, start + 400).split(/\n\s*\n/)[0]!;
    const match = PY_PORT.exec(args);
    if (!match) continue;
    const at = start + match.index + match[0].length;
    const found = digitsAt(reader, at, match[1] ?? "");
    const variable = match[0].includes("env") ? "PORT" : null;
    if (found) facts.listens.push(...portFact(reader, found.digits, found.start, variable));
  }
}

function localUrls(reader: CodeReader, facts: Facts): void {
  const { file } = reader;
  if (!/localhost|127\.0\.0\.1/.test(file.text)) return;
  for (const { start, end } of reader.masked.strings) {
    for (const url of findLocalPorts(file, file.text.slice(start, end), start))
      facts.localUrls.push({ ...url, kind: "code" });
  }
}

export function readJavaScript(file: SourceFile, facts: Facts): void {
  if (!WORTH_READING.test(file.text)) return;
  const reader = new CodeReader(file, maskJavaScript(file.text));
  jsReads(reader, facts);
  jsListens(reader, facts);
  localUrls(reader, facts);
}

export function readPython(file: SourceFile, facts: Facts): void {
  if (!WORTH_READING.test(file.text)) return;
  const reader = new CodeReader(file, maskPython(file.text));
  pythonReads(reader, facts);
  pythonListens(reader, facts);
  localUrls(reader, facts);
}
