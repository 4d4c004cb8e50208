/** The body of an answer as text and as JSON, or why it is neither. */
import type { Json } from "../../modsquad/contracts/words.ts";
import type { Answer } from "./types.ts";

export type Decoded = { ok: true; text: string } | { ok: false; charset: string };
export type Parsed = { ok: true; value: Json } | { ok: false; message: string };

const contentType = (answer: Answer) => answer.headers["content-type"]?.[0] ?? "";

const isJson = (answer: Answer) => /[/+]json\b/i.test(contentType(answer));

/** JSON is UTF-8 whatever is declared; other bodies are what the content-type says, UTF-8 by default. */
export function textOf(answer: Answer): Decoded {
  const declared = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType(answer))?.[1] ?? "utf-8";
  const charset = isJson(answer) ? "utf-8" : declared;
  try {
    return { ok: true, text: new TextDecoder(charset, { fatal: true }).decode(answer.body) };
  } catch {
    return { ok: false, charset };
  }
}

/** Parses the body, once per answer. */
export function jsonOf(answer: Answer): Parsed {
  const decoded = textOf(answer);
  if (!decoded.ok) return { ok: false, message: `bytes that are not ${decoded.charset}` };
  if (decoded.text.trim() === "") return { ok: false, message: "an empty body" };
  try {
    return { ok: true, value: JSON.parse(decoded.text) as Json };
  } catch {
    const type = contentType(answer) || "no content-type";
    return { ok: false, message: `no JSON (${type}): ${show(decoded.text)}` };
  }
}

/** The beginning of a text on one line. */
export function show(text: string, max = 120): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= max ? line : `${line.slice(0, max - 3)}...`;
}

export const showJson = (value: Json | undefined) =>
  value === undefined ? "nothing" : show(JSON.stringify(value));
