/** Text with `${NAME}` from the environment and `{{name}}` captured by an earlier step. */
import type { Json } from "../../modsquad/contracts/words.ts";
import { isSensitiveName, type Secrets } from "./secrets.ts";
import type { Inability } from "./types.ts";

type Part =
  | { kind: "text"; text: string }
  | { kind: "env"; name: string }
  | { kind: "capture"; name: string };

export interface Template {
  text: string;
  parts: Part[];
}

export interface Scope {
  /** Values of the declared environment variables. */
  env: Readonly<Record<string, string>>;
  captures: ReadonlyMap<string, Json>;
  secrets: Secrets;
  /** Where files for bodies are taken from. */
  root: string;
}

export type Rendered = { ok: true; text: string } | { ok: false; inability: Inability };

const PLACEHOLDER = /\$\{([A-Za-z_]\w*)\}|\{\{\s*([A-Za-z_][\w-]*)\s*\}\}/g;

export function parseTemplate(text: string): Template {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    const [, variable, capture = ""] = match;
    parts.push(variable === undefined ? { kind: "capture", name: capture } : { kind: "env", name: variable });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return { text, parts };
}

/** A template of this text alone, whatever is in it. */
export const literal = (text: string): Template => ({ text, parts: [{ kind: "text", text }] });

const asText = (value: Json) => (typeof value === "string" ? value : JSON.stringify(value));

/** The captured value, remembered as a secret when its name says so. */
function captured(name: string, scope: Scope): Json | undefined {
  const value = scope.captures.get(name);
  if (value !== undefined && isSensitiveName(name)) scope.secrets.add(asText(value));
  return value;
}

/** Fills a template in. `encode` is applied to what is filled in, not to the text around it. */
export function render(
  template: Template,
  scope: Scope,
  encode: (text: string) => string = (text) => text,
): Rendered {
  let text = "";
  for (const part of template.parts) {
    if (part.kind === "text") {
      text += part.text;
    } else if (part.kind === "env") {
      const value = Object.hasOwn(scope.env, part.name) ? scope.env[part.name]! : "";
      if (value === "") {
        const message = `needs the environment variable ${part.name}, which is not set. Set it and list it under gates.live-flows.env.`;
        return { ok: false, inability: { failureClass: "missing-variable", message } };
      }
      if (isSensitiveName(part.name)) scope.secrets.add(value);
      text += encode(value);
    } else {
      const value = captured(part.name, scope);
      if (value === undefined) {
        const message = `uses {{${part.name}}}, which no earlier step captured.`;
        return { ok: false, inability: { failureClass: "bad-flow", message } };
      }
      text += encode(asText(value));
    }
  }
  return { ok: true, text };
}

/** A JSON body with every text filled in; a text that is one capture alone becomes the captured value itself. */
export function renderJson(
  value: Json,
  scope: Scope,
): { ok: true; value: Json } | { ok: false; inability: Inability } {
  if (typeof value === "string") {
    const template = parseTemplate(value);
    const only = template.parts.length === 1 ? template.parts[0]! : null;
    if (only?.kind === "capture") {
      const found = captured(only.name, scope);
      if (found !== undefined) return { ok: true, value: found };
    }
    const rendered = render(template, scope);
    return rendered.ok ? { ok: true, value: rendered.text } : rendered;
  }
  if (value === null || typeof value !== "object") return { ok: true, value };
  const entries = Array.isArray(value)
    ? value.map((item, index) => [String(index), item] as const)
    : Object.entries(value);
  const filled: [string, Json][] = [];
  for (const [key, item] of entries) {
    const rendered = renderJson(item ?? null, scope);
    if (!rendered.ok) return rendered;
    filled.push([key, rendered.value]);
  }
  return {
    ok: true,
    value: Array.isArray(value) ? filled.map(([, item]) => item) : Object.fromEntries(filled),
  };
}
