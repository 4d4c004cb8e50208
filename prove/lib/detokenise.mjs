// Replaces every use of a token in a stylesheet by what it comes to, and remembers where and which it was.

const CATEGORIES = new Set([
  "color",
  "spacing",
  "size",
  "radius",
  "borderWidth",
  "fontSize",
  "lineHeight",
  "fontWeight",
  "fontFamily",
  "letterSpacing",
  "shadow",
  "border",
  "font",
  "blur",
]);

/** End of a call's parentheses. */
function closing(text, open) {
  let depth = 0;
  for (let i = open; i < text.length; i += 1) {
    if (text[i] === "(") depth += 1;
    else if (text[i] === ")" && --depth === 0) return i + 1;
  }
  return text.length;
}

function replaceUses(value, isScss, tokens, resolver) {
  let text = "";
  const uses = [];
  for (let i = 0; i < value.length; ) {
    let end = i;
    let name = "";
    if (value.startsWith("var(", i)) {
      end = closing(value, i + 3);
      name = /--[\w-]+/.exec(value.slice(i, end))?.[0] ?? "";
    } else if (isScss && value[i] === "$" && value[i - 1] !== "{") {
      name = /^\$[\w-]+/.exec(value.slice(i))?.[0] ?? "";
      end = i + name.length;
    }
    const token = tokens.get(name);
    const literal = token ? resolver.resolve(token.css, "") : "";
    if (literal !== "" && !/var\(|\$/.test(literal)) {
      uses.push({ name, literal, at: text.length });
      text += literal;
      i = end;
    } else {
      text += value.slice(i, Math.max(end, i + 1));
      i = Math.max(end, i + 1);
    }
  }
  return { text, uses };
}

/** { text, sites, declarations } of one stylesheet; offsets are into the new text. Definitions are left as they are. */
export function detokenise(text, syntax, scanCss, dna, resolver) {
  const tokens = new Map(
    dna.tokens
      .filter((one) => (one.form === "css" || one.form === "scss") && CATEGORIES.has(one.category))
      .map((one) => [one.name, one]),
  );
  let out = "";
  let last = 0;
  const sites = [];
  const declarations = [];
  for (const one of scanCss(text, syntax).declarations) {
    if (/^(?:\$|--|@)/.test(one.prop)) continue;
    const replaced = replaceUses(one.value, syntax === "scss", tokens, resolver);
    out += text.slice(last, one.start);
    const start = out.length;
    out += replaced.text;
    last = one.end;
    declarations.push({
      start: start - (one.start - one.from),
      end: out.length,
      touched: replaced.uses.length > 0,
    });
    for (const use of replaced.uses) {
      // A token that comes to 0 leaves nothing behind by which anybody could tell.
      if (!/^0(?:px|rem|em)?$/.test(use.literal)) {
        sites.push({
          prop: one.prop,
          name: use.name,
          start: start + use.at,
          end: start + use.at + use.literal.length,
        });
      }
    }
  }
  return { text: out + text.slice(last), sites, declarations };
}
