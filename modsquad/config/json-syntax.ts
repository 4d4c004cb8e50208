/** Finds where a text stops being JSON: V8 does not always say, and YAML parsers accept too much. */

const WHITE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

export interface JsonFault {
  /** UTF-16 offset. */
  offset: number;
  expected: string;
}

/** Nesting that no hand-written file reaches; keeps the recursion from overflowing the stack. */
const MAX_DEPTH = 500;

/** The first place where `text` breaks the grammar of JSON (RFC 8259), or null when it is JSON. */
export function findJsonFault(text: string): JsonFault | null {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const take = (character: string): boolean => {
    skip(WHITE);
    if (text[at] !== character) return false;
    at++;
    skip(WHITE);
    return true;
  };
  const fault = (expected: string): JsonFault => ({ offset: at, expected });

  const list = (close: string, item: () => JsonFault | null): JsonFault | null => {
    if (take(close)) return null;
    for (;;) {
      const wrong = item();
      if (wrong) return wrong;
      if (take(close)) return null;
      if (!take(",")) return fault(`"," or "${close}"`);
    }
  };
  const value = (depth: number): JsonFault | null => {
    skip(WHITE);
    if (depth > MAX_DEPTH) return fault("less nesting");
    if (take("[")) return list("]", () => value(depth + 1));
    if (take("{")) {
      return list("}", () => {
        skip(WHITE);
        if (!skip(STRING)) return fault("a key in double quotes");
        return take(":") ? value(depth + 1) : fault('":"');
      });
    }
    return skip(STRING) || skip(SCALAR) ? null : fault("a value");
  };

  const wrong = value(0);
  if (wrong) return wrong;
  skip(WHITE);
  return at < text.length ? fault("the end of the file") : null;
}
