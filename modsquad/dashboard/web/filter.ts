/** One box for all lists: plain words, and `field:word` such as `severity:high gate:contract new:yes`. */

export type Fields = Record<string, string>;

/** Short forms of field names. */
const ALIASES: Record<string, string> = { sev: "severity", s: "status" };

/** Whether something with these fields passes the filter; every term has to fit. */
export function matcher(query: string): (fields: Fields) => boolean {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  return (fields) =>
    terms.every((term) => {
      const at = term.indexOf(":");
      const name = ALIASES[term.slice(0, at)] ?? term.slice(0, at);
      const field = at > 0 ? fields[name] : undefined;
      if (field !== undefined) return field.toLowerCase().includes(term.slice(at + 1));
      return Object.values(fields).some((text) => text.toLowerCase().includes(term));
    });
}
