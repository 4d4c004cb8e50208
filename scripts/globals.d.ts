/** Replaced at build time: the version in package.json, and a hash of dist/cli.js. */
declare const __VERSION__: string;
declare const __CODE__: string;
