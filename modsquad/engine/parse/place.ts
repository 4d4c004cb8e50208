/** Where in the repository a message points to, when it says so. */
import { isAbsolute, posix, relative } from "node:path";

export interface Place {
  path: string;
  line: number;
  column?: number;
}

/** Longer text holds no better hint and only costs time. */
const LOOK_AT = 8000;
/** Frames of libraries and of the runtime say nothing about the user's code. */
const FOREIGN = /(^|\/)(node_modules|site-packages|\.venv|vendor\/bundle)\/|^node:|^internal\//;

const PATTERNS = [
  // Python: File "app/test_x.py", line 12
  /File "([^"\n]{1,300})", line (\d{1,7})/g,
  // Perl: at t/basic.t line 7
  /\bat ([\w@./+-]{1,300}) line (\d{1,7})/g,
  // Everything else: dir/file.ext:12:3, absolute paths and file:// URLs
  /(?:file:\/\/)?((?:\/|\.{1,2}\/)?(?:[\w@+.-]{1,100}\/){1,40}[\w@+.-]{1,100}\.\w{1,6}):(\d{1,7})(?::(\d{1,7}))?/g,
  // pytest and others name a file of the top folder bare, at the start of a line. (Go and Java name files
  // relative to a package nobody told us.)
  /^([\w@+-][\w@+.-]{0,99}\.(?:py|rb|php|pl|t|exs?|lua|rs|[cm]?[jt]sx?)):(\d{1,7})(?::(\d{1,7}))?\b/gm,
];

/** A path relative to root with forward slashes, or null when it lies outside or says nothing. */
export function relativePath(path: string, root: string): string | null {
  const clean = path.replace(/^file:\/\//, "").replaceAll("\\", "/");
  const local = isAbsolute(clean) ? relative(root, clean).replaceAll("\\", "/") : posix.normalize(clean);
  if (local === "" || local === "." || local.startsWith("../") || local === ".." || isAbsolute(local))
    return null;
  return FOREIGN.test(local) || FOREIGN.test(clean) ? null : local;
}

/** The first place inside the repository that a message or stack names, or null. */
export function placeIn(text: string, root: string): Place | null {
  const head = text.slice(0, LOOK_AT);
  for (const pattern of PATTERNS) {
    for (const match of head.matchAll(pattern)) {
      const path = relativePath(match[1]!, root);
      const line = Number(match[2]);
      if (path === null || line < 1) continue;
      const column = Number(match[3] ?? 0);
      return column > 0 ? { path, line, column } : { path, line };
    }
  }
  return null;
}
