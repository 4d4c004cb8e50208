/** Makes sure the named tools are there; the sentences about what is still missing. */
export function ensureTools(names: readonly string[]): string[];
