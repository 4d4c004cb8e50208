/** Whether a command line needs a shell. Starting one for `npm test` or `true` would only cost time. */

const META = /[|&;<>()$`\\"'*?[\]#~=%!{}\n\r]/;

/** The words of a command line without shell syntax, or null when a shell has to read it. */
export function plainWords(commandLine: string): string[] | null {
  if (META.test(commandLine)) return null;
  const words = commandLine.trim().split(/\s+/);
  return words[0] ? words : null;
}
