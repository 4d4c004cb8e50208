/** Which versions of which packages are installed, as lockfiles say. */
import type { SourceFile } from "../../source.ts";

export interface Locked {
  ecosystem: "npm" | "PyPI";
  name: string;
  version: string;
  /** Where the version is written. UTF-16 offset. */
  at: number;
}

function fromNpm(text: string): Locked[] {
  const { packages = {} } = JSON.parse(text) as {
    packages?: Record<string, { version?: string; link?: boolean; name?: string }>;
  };
  return Object.entries(packages).flatMap(([key, { version, link, name }]): Locked[] => {
    const inner = key.lastIndexOf("node_modules/");
    if (inner === -1 || link || !version) return [];
    return [
      {
        ecosystem: "npm",
        name: name ?? key.slice(inner + "node_modules/".length),
        version,
        at: Math.max(0, text.indexOf(`"${key}"`)),
      },
    ];
  });
}

const READERS: [RegExp, (text: string) => Locked[]][] = [
  [/(^|\/)(package-lock|npm-shrinkwrap)\.json$/, fromNpm],
  // /name@1.2.3: and name@1.2.3(peer@1.0.0):
  [
    /(^|\/)pnpm-lock\.yaml$/,
    (text) =>
      byPattern(
        text,
        /^ {2}['"]?\/?((?:@[^/@\s]+\/)?[^@/\s'"]+)@(\d[^:('"\s]*)(?:\([^\n]*\))?['"]?:/gm,
        "npm",
      ),
  ],
  [
    /(^|\/)yarn\.lock$/,
    (text) => byPattern(text, /^"?((?:@[^/@\s]+\/)?[^@/\s"]+)@[^\n]*:\n {2}version:? "?(\d[^"\s]*)/gm, "npm"),
  ],
  [
    /(^|\/)requirements[\w.-]*\.txt$/,
    (text) => byPattern(text, /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==\s*([^\s;#]+)/gm, "PyPI"),
  ],
];

function byPattern(text: string, pattern: RegExp, ecosystem: Locked["ecosystem"]): Locked[] {
  return [...text.matchAll(pattern)].map(({ 1: name, 2: version, index }) => ({
    ecosystem,
    name: ecosystem === "PyPI" ? name!.toLowerCase().replace(/[-_.]+/g, "-") : name!,
    version: version!,
    at: index,
  }));
}

export const isLock = (path: string): boolean => READERS.some(([name]) => name.test(path));

/** Throws when an npm lockfile is not JSON. */
export function readLock(file: SourceFile): Locked[] {
  return READERS.find(([name]) => name.test(file.path))?.[1](file.text) ?? [];
}
