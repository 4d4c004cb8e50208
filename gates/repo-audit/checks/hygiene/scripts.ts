/** Rule executable-bit: scripts that are started by their path and may not be, and documents that may. */
import type { Finding, TrackedFile } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding, shellQuote } from "../../findings.ts";
import { baseName, folderOf, isDockerfile, isTestPath, isYaml, resolvePath } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";

const STARTS = /(?<=^|[\s"'`=&|;(])\.\/([\w./-]+\.(?:sh|bash|py|rb|pl)|[\w/-]+)(?=$|[\s"'`&|;)])/gm;

const startsThings = (path: string): boolean =>
  /(^|\/)(package\.json|Makefile|Justfile|Procfile)$/.test(path) ||
  isDockerfile(path) ||
  (isYaml(path) && /^\.(github|gitlab|circleci)|\.gitlab-ci/.test(path));

/** Whether the file itself sets the bit: `COPY --chmod=755 x.sh .`, `RUN chmod +x *.sh`. */
function setsBit(text: string, name: string): boolean {
  const lines = text.split("\n").filter((line) => /\bchmod\b/.test(line));
  return lines.some((line) => line.includes(name) || line.includes("*") || /\s-R\s/.test(line));
}

/** Paths, relative to the root, that a file starts as `./path`. */
export function startedBy(file: SourceFile): string[] {
  if (!startsThings(file.path)) return [];
  const from = /^\./.test(file.path) ? "" : folderOf(file.path);
  const started: string[] = [];
  for (const match of file.text.matchAll(STARTS)) {
    const line = file.text.slice(file.text.lastIndexOf("\n", match.index) + 1, match.index);
    // `bash ./x.sh` needs no bit; a COPY, a chmod or another folder is another matter.
    if (
      /\b(bash|sh|zsh|python3?|node|ruby|perl|source|chmod|COPY|ADD|cd|working-directory)\b|^\s*\./.test(line)
    )
      continue;
    const path = resolvePath(from, match[1]!);
    if (path !== null && !setsBit(file.text, baseName(path))) started.push(path);
  }
  return started;
}

/** How many names one message carries. */
const SHOWN = 3;
const NEVER_STARTED =
  /\.(md|json|ya?ml|toml|css|scss|less|html?|svg|png|jpe?g|gif|webp|ico|txt|lock|tsx?|jsx|vue|svelte|csv|woff2?)$/i;

export function findWrongBits(
  files: TrackedFile[],
  scripts: Set<string>,
  started: Map<string, string>,
): Finding[] {
  const plain = new Set(
    files.filter(({ path, mode }) => mode === "100644" && started.has(path)).map(({ path }) => path),
  );
  const findings: Finding[] = [];
  for (const [path, by] of started) {
    if (!plain.has(path) || !scripts.has(path)) continue;
    findings.push(
      makeFinding({
        ruleId: "hygiene/executable-bit",
        severity: "medium",
        message: `${by} starts ${path}, and it is not executable: permission denied in every fresh clone`,
        identity: [path],
        place: { path },
        defectClass: "hygiene",
        effort: 5,
        fix: { description: "Set the bit.", command: `git update-index --chmod=+x -- ${shellQuote(path)}` },
      }),
    );
  }
  const idle = files.filter(
    ({ path, mode }) =>
      mode === "100755" && NEVER_STARTED.test(path) && !scripts.has(path) && !isTestPath(path),
  );
  const [first] = idle;
  if (first) {
    const names = idle.map(({ path }) => path);
    const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
    findings.push(
      makeFinding({
        ruleId: "hygiene/executable-bit",
        severity: "info",
        message: `${names.slice(0, SHOWN).join(", ")}${more}: executable, and nothing anybody executes`,
        identity: ["idle", ...names],
        place: { path: first.path },
        defectClass: "hygiene",
        effort: 5,
        fix: {
          description: "Take the bit away.",
          command: `git update-index --chmod=-x -- ${names.slice(0, 50).map(shellQuote).join(" ")}`,
        },
        count: names.length,
      }),
    );
  }
  return findings;
}
