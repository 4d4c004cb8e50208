/** States in a text: one JSON object, a JSON array, or JSONL, whichever it is. */

/** A state, or what is wrong with its line. `line` is 1-based; `name` says which of an array it is. */
export type StateEntry = { line: number; name: string; value: unknown } | { line: number; fault: string };

/** Splits the text into states, in order. A text without any is one entry with a fault. */
export function readStates(raw: string): StateEntry[] {
  const text = raw.startsWith("\uFEFF") ? raw.slice(1) : raw;
  if (text.trim() === "") return [{ line: 1, fault: "it is empty: expected a state as JSON" }];
  const whole = parseJson(text);
  const first = 1 + lineBreaks(text.slice(0, text.search(/\S/)));
  if (whole.ok) {
    if (!Array.isArray(whole.value)) return [{ line: first, name: "", value: whole.value }];
    if (whole.value.length === 0) return [{ line: first, fault: "the array is empty: expected states" }];
    return whole.value.map((value, i) => ({ line: first, name: `[${i}] `, value }));
  }
  const lines = splitLines(text);
  // A document over several lines that does not parse is one broken state, not one a line.
  if (!lines.some(({ text: line }) => isState(parseJson(line)))) {
    return [
      { line: lineOfFault(text, whole.fault) ?? first, fault: `this is not JSON: ${oneLine(whole.fault)}` },
    ];
  }
  return lines.map(({ line, text: one }): StateEntry => {
    const parsed = parseJson(one);
    if (!parsed.ok) return { line, fault: `this line is not JSON: ${oneLine(parsed.fault)}` };
    return { line, name: "", value: parsed.value };
  });
}

type Parsed = { ok: true; value: unknown } | { ok: false; fault: string };

function parseJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, fault: error instanceof Error ? error.message : String(error) };
  }
}

function isState(parsed: Parsed): boolean {
  return parsed.ok && typeof parsed.value === "object" && parsed.value !== null && "runs" in parsed.value;
}

/** The lines that are not blank, with their number. */
function splitLines(text: string): { line: number; text: string }[] {
  return text
    .split("\n")
    .map((line, i) => ({ line: i + 1, text: line.trim() }))
    .filter((line) => line.text !== "");
}

/** V8 says "at position N", or nothing when the text just ends. */
function lineOfFault(text: string, fault: string): number | null {
  const position = /position (\d+)/.exec(fault)?.[1];
  if (position !== undefined) return 1 + lineBreaks(text.slice(0, Number(position)));
  return fault.includes("end of JSON") ? 1 + lineBreaks(text.trimEnd()) : null;
}

function lineBreaks(text: string): number {
  return text.split("\n").length - 1;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 160);
}
