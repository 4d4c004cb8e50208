/** Environment files and `${VARIABLE}` in compose files (the Compose specification, "Interpolation"). */

export interface EnvEntry {
  name: string;
  value: string;
  /** 1-based. */
  line: number;
  /** UTF-16 offsets of the value in the file. */
  start: number;
  end: number;
}

const LINE = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*(.*)$/;

function unquote(raw: string): string {
  const quoted = /^(["'])((?:\\.|(?!\1).)*)\1/.exec(raw);
  if (quoted)
    return quoted[1] === '"' ? quoted[2]!.replaceAll("\\n", "\n").replaceAll('\\"', '"') : quoted[2]!;
  return raw.replace(/\s+#.*$/, "").trim();
}

/** The assignments of an environment file, in order. */
export function parseEnvFile(text: string): EnvEntry[] {
  const entries: EnvEntry[] = [];
  let offset = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const match = LINE.exec(line.replace(/\r$/, ""));
    if (match) {
      const raw = match[2]!.trimEnd();
      const start = offset + line.indexOf(raw, line.indexOf("=") + 1);
      entries.push({ name: match[1]!, value: unquote(raw), line: index + 1, start, end: start + raw.length });
    }
    offset += line.length + 1;
  }
  return entries;
}

/** A reference to a variable that has no value and no default. */
export interface Missing {
  name: string;
  /** From `${NAME:?message}`: compose refuses to start without it. */
  isRequired: boolean;
}

const REFERENCE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])((?:[^{}]|\{[^{}]*\})*))?\})/g;

/** `text` with its variables filled in. What has no value becomes "", as compose does it, and is reported. */
export function interpolate(
  text: string,
  values: Readonly<Record<string, string | undefined>>,
): { text: string; missing: Missing[] } {
  const missing: Missing[] = [];
  const filled = text.replace(
    REFERENCE,
    (whole, bare?: string, braced?: string, operator?: string, word = "") => {
      if (whole === "$$") return "$";
      const name = (bare ?? braced)!;
      const value = values[name];
      const counts = operator?.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
      if (operator?.endsWith("+")) return counts ? interpolate(word, values).text : "";
      if (counts) return value!;
      if (operator?.endsWith("-")) {
        const inner = interpolate(word, values);
        missing.push(...inner.missing);
        return inner.text;
      }
      missing.push({ name, isRequired: operator?.endsWith("?") === true });
      return "";
    },
  );
  return { text: filled, missing };
}
