/** All generated files: path relative to the repository → content. */
export function generateAll(): Promise<Map<string, string>>;
/** Paths whose content differs from what is on disk. */
export function outdated(files: ReadonlyMap<string, string>): string[];
