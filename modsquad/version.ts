/** Replaced at build time by the version in package.json. */
export const VERSION: string = __VERSION__;
