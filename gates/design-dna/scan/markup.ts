/** Tags, attributes and text of HTML, Vue and Svelte with exact offsets. Braces and template marks are skipped whole. */

export interface Attribute {
  name: string;
  value: string;
  /** Offsets of the value without its quotes or braces. */
  start: number;
  end: number;
  /** `{...}` of Svelte and JSX-like templates. */
  braced: boolean;
}

export interface Tag {
  name: string;
  attributes: Attribute[];
  start: number;
  end: number;
  /** Offsets of the raw text of script and style. */
  raw?: [number, number];
  /** Number of the enclosing svg element, 0 = none. */
  svg: number;
}

export interface Markup {
  tags: Tag[];
  texts: { start: number; text: string }[];
}

const NAME = /[^\s/>={}"']+/y;

function braces(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    const letter = text[i];
    if (letter === "{") depth += 1;
    else if (letter === "}") {
      depth -= 1;
      if (depth === 0) return i + 1;
    } else if (letter === '"' || letter === "'" || letter === "`") {
      const close = text.indexOf(letter, i + 1);
      if (close > 0 && close - i < 2000) i = close;
    }
  }
  return text.length;
}

/** End of a quoted value: a closing quote outside braces. */
function quoted(text: string, at: number, quote: string): number {
  const plain = text.indexOf(quote, at);
  const brace = text.indexOf("{", at);
  if (plain < 0) return text.length;
  if (brace < 0 || brace > plain) return plain;
  const close = text.indexOf("}", brace);
  const inside = close < 0 ? -1 : text.slice(brace, close).indexOf(quote);
  return inside < 0 && close > plain
    ? plain
    : inside >= 0 && plain < close
      ? quoted(text, close + 1, quote)
      : plain < close
        ? plain
        : quoted(text, close + 1, quote);
}

function attributesOf(text: string, from: number): { attributes: Attribute[]; end: number } {
  const attributes: Attribute[] = [];
  let i = from;
  while (i < text.length) {
    const letter = text[i] as string;
    if (letter === ">") return { attributes, end: i + 1 };
    if (letter === "{") {
      i = braces(text, i);
      continue;
    }
    if (/[\s/]/.test(letter)) {
      i += 1;
      continue;
    }
    NAME.lastIndex = i;
    const name = NAME.exec(text)?.[0];
    if (!name) {
      i += 1;
      continue;
    }
    i += name.length;
    let after = i;
    while (/\s/.test(text[after] ?? "")) after += 1;
    if (text[after] !== "=") continue;
    i = after + 1;
    while (/\s/.test(text[i] ?? "")) i += 1;
    const open = text[i] ?? "";
    if (open === '"' || open === "'") {
      const close = quoted(text, i + 1, open);
      attributes.push({ name, value: text.slice(i + 1, close), start: i + 1, end: close, braced: false });
      i = close + 1;
    } else if (open === "{") {
      const close = braces(text, i);
      attributes.push({
        name,
        value: text.slice(i + 1, close - 1),
        start: i + 1,
        end: close - 1,
        braced: true,
      });
      i = close;
    } else {
      const start = i;
      while (i < text.length && !/[\s>]/.test(text[i] as string)) i += 1;
      attributes.push({ name, value: text.slice(start, i), start, end: i, braced: false });
    }
  }
  return { attributes, end: i };
}

/** Reads markup; never throws. `texts` asks for text nodes as well. */
export function scanMarkup(text: string, texts: boolean): Markup {
  const markup: Markup = { tags: [], texts: [] };
  let svg = 0;
  let svgs = 0;
  let i = 0;
  while (i < text.length) {
    const open = text.indexOf("<", i);
    const stop = open < 0 ? text.length : open;
    if (texts && stop > i) {
      const piece = text.slice(i, stop);
      if (piece.trim() !== "") markup.texts.push({ start: i, text: piece });
    }
    if (open < 0) break;
    if (text.startsWith("<!--", open)) {
      const close = text.indexOf("-->", open);
      i = close < 0 ? text.length : close + 3;
      continue;
    }
    if (text.startsWith("<%", open) || text.startsWith("<?", open)) {
      const close = text.indexOf(text[open + 1] === "%" ? "%>" : "?>", open);
      i = close < 0 ? text.length : close + 2;
      continue;
    }
    const match = /^<(\/?)([a-zA-Z][\w:.-]*)/.exec(text.slice(open, open + 80));
    if (!match) {
      i = open + 1;
      continue;
    }
    const name = match[2] ?? "";
    if (match[1] === "/") {
      if (name === "svg") svg = 0;
      const close = text.indexOf(">", open);
      i = close < 0 ? text.length : close + 1;
      continue;
    }
    if (name === "svg") {
      svgs += 1;
      svg = svgs;
    }
    const { attributes, end } = attributesOf(text, open + match[0].length);
    const tag: Tag = { name, attributes, start: open, end, svg };
    i = end;
    if (name === "script" || name === "style") {
      const close = text.indexOf(`</${name}`, end);
      const to = close < 0 ? text.length : close;
      tag.raw = [end, to];
      i = to;
    }
    if (name === "svg" && text[end - 2] === "/") svg = 0;
    markup.tags.push(tag);
  }
  return markup;
}
