/** Reads what each commit of a range added, as `git log -p` prints it. */

/** Lines one commit added to one file. */
export interface Addition {
  commit: string;
  path: string;
  /** The added lines, joined; pieces that were apart are one line break apart. */
  text: string;
  /** Line in the file of the commit, for each line of `text`; 1-based. */
  lines: number[];
}

/** Begins the line that names a commit: no added line begins with NUL. */
export const COMMIT_MARK = "\0commit ";

export const LOG_ARGUMENTS = [
  "--no-pager",
  "log",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-renames",
  "--diff-filter=ACMR",
  "--unified=0",
  "--src-prefix=a/",
  "--dst-prefix=b/",
  "--patch",
  `--format=%x00commit %H`,
];

/** `+++ b/path`, quoted by git when it has unusual characters. */
function pathOf(line: string): string {
  const name = line.slice("+++ ".length).replace(/\t$/, "");
  const plain = name.startsWith('"') ? unquote(name) : name;
  return plain.startsWith("b/") ? plain.slice(2) : plain;
}

function unquote(name: string): string {
  const bytes = name
    .slice(1, -1)
    .replace(/\\(\d{3}|.)/g, (_all, code: string) =>
      /^\d{3}$/.test(code)
        ? String.fromCharCode(Number.parseInt(code, 8))
        : ({ n: "\n", t: "\t" }[code] ?? code),
    );
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Takes a patch line by line and hands out each file when it is complete. */
export class PatchReader {
  readonly #show: (addition: Addition) => void;
  #commit = "";
  #current: { path: string; texts: string[]; lines: number[] } | null = null;
  #next = 0;
  /** Lines of the hunk still to come: inside it nothing is a header. */
  #left = 0;

  constructor(show: (addition: Addition) => void) {
    this.#show = show;
  }

  line(line: string): void {
    if (this.#left > 0) {
      if (line.startsWith("+")) {
        this.#current?.texts.push(line.slice(1));
        this.#current?.lines.push(this.#next++);
        this.#left -= 1;
      }
      return;
    }
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      this.#next = Number(hunk[1]);
      this.#left = hunk[2] === undefined ? 1 : Number(hunk[2]);
    } else if (line.startsWith(COMMIT_MARK)) {
      this.end();
      this.#commit = line.slice(COMMIT_MARK.length).trim();
    } else if (line.startsWith("+++ ")) {
      this.end();
      this.#current = { path: pathOf(line), texts: [], lines: [] };
    }
  }

  /** The last file of a commit is complete. */
  end(): void {
    const current = this.#current;
    this.#current = null;
    if (!current || current.texts.length === 0) return;
    this.#show({
      commit: this.#commit,
      path: current.path,
      text: current.texts.join("\n"),
      lines: current.lines,
    });
  }
}
