/** Replaced at build time: the version in package.json, and the digests of the scripts that have a code cache. */
declare const __VERSION__: string;
/** Replaced at build time: a digest of the sources. */
declare const __BUILD__: string;
declare const __SCRIPTS__: Record<string, string>;
