/** The ways one secret value is spelled on its way into a log. */

const MIN_FRAGMENT = 6;

/**
 * Base64 of the value wherever it starts inside a longer text, such as `user:SECRET` in a Basic header: the
 * three possible alignments, each without the characters that its neighbours decide.
 */
function base64Fragments(value: string): string[] {
  const bytes = Buffer.from(value);
  const fragments: string[] = [];
  for (let offset = 0; offset < 3; offset++) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const first = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    fragments.push(encoded.slice(first, end));
  }
  return fragments;
}

/** Lines of a value of several lines, such as a key file that is printed line by line. */
function longLines(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return lines.length < 2 ? [] : lines.filter((line) => line.length >= 20 && !line.startsWith("-----"));
}

function urlSpellings(value: string): string[] {
  // Half a surrogate pair cannot be spelled in a URL; through UTF-8 it becomes the replacement character.
  const spellable = Buffer.from(value).toString();
  const component = encodeURIComponent(spellable);
  const lower = component.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [component, lower, component.replaceAll("%20", "+"), encodeURI(spellable)];
}

/** The value itself, in a URL, inside a JSON text, in base64 and base64url, at least 6 characters each. */
export function spellings(value: string): Set<string> {
  const inJson = JSON.stringify(value).slice(1, -1);
  const all = [value, ...longLines(value), inJson, inJson.replaceAll("/", "\\/"), ...urlSpellings(value)];
  for (const fragment of base64Fragments(value)) {
    all.push(fragment, fragment.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return new Set(all.filter((spelling) => spelling.length >= MIN_FRAGMENT));
}
