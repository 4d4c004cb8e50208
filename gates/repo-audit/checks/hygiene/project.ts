/** What a project of some size has, and what the tests and the code of this one say of each other. */
import type { Finding, TrackedFile } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding, shellQuote } from "../../findings.ts";
import {
  baseName,
  folderOf,
  isDocPath,
  isExamplePath,
  isGeneratedPath,
  isScript,
  isTestPath,
  isToolingPath,
} from "../../paths.ts";

/** Below these a repository is a note to oneself. Files. */
const MIN_FILES = 20;
const MIN_CODE = 20;

const CODE = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|py|go|rs|java|kt|rb|php|cs|swift|scala)$/;
const SPEC = /^(.*?)(?:[._-](?:test|tests|spec|e2e|cy|it)|Tests?|Spec)$/;

const isCode = (path: string): boolean => CODE.test(path) && !path.endsWith(".d.ts");

/** How a first test is made, by language. */
const FIRST_TESTS: [ending: RegExp, command: string][] = [
  [/\.[mc]?[jt]sx?$/, "npm install --save-dev vitest && npm pkg set scripts.test='vitest run'"],
  [
    /\.py$/,
    "mkdir -p tests && printf 'def test_imports():\\n    import sys\\n' > tests/test_smoke.py && python -m pytest",
  ],
  [
    /\.go$/,
    "printf 'package main\\n\\nimport \"testing\"\\n\\nfunc TestSmoke(t *testing.T) {}\\n' > smoke_test.go && go test ./...",
  ],
  [/\.rs$/, "mkdir -p tests && printf '#[test]\\nfn smoke() {}\\n' > tests/smoke.rs && cargo test"],
  [
    /\.(?:java|kt|scala)$/,
    "mkdir -p src/test/java && printf 'class SmokeTest { @org.junit.jupiter.api.Test void starts() {} }\\n' > src/test/java/SmokeTest.java",
  ],
  [
    /\.rb$/,
    "mkdir -p test && printf 'require \"minitest/autorun\"\\n' > test/smoke_test.rb && ruby test/smoke_test.rb",
  ],
];

/** In the language most of the code is in. */
function firstTest(paths: string[]): string | undefined {
  const counted = FIRST_TESTS.map(([ending, command]) => ({
    command,
    files: paths.filter((path) => ending.test(path)).length,
  })).filter(({ files }) => files > 0);
  return counted.sort((one, other) => other.files - one.files)[0]?.command;
}

function missing(
  rule: "missing-readme" | "missing-license" | "missing-tests",
  severity: "low" | "info",
  message: string,
  fix: Finding["fix"] & object,
): Finding {
  const { location: _none, ...finding } = makeFinding({
    ruleId: `hygiene/${rule}`,
    severity,
    message,
    identity: [rule],
    place: { path: "" },
    defectClass: "hygiene",
    effort: 30,
    fix,
  });
  return { ...finding, target: "repository" };
}

/** README, licence and tests; their absence is a finding of the repository, not of a file. */
export function findMissing(files: TrackedFile[]): Finding[] {
  const paths = files.map((file) => file.path);
  if (paths.length < MIN_FILES) return [];
  const top = paths.filter((path) => !path.includes("/"));
  const findings: Finding[] = [];
  if (!paths.some((path) => /^(?:docs\/|\.github\/)?readme(\.\w+)?$/i.test(path)))
    findings.push(
      missing("missing-readme", "low", "no README says what this is and how it is run", {
        description: "Add README.md.",
        command: 'printf \'# %s\\n\' "$(basename "$PWD")" > README.md',
      }),
    );
  if (
    !top.some((path) => /^(licen[cs]e|copying|unlicense)([.-].*)?$/i.test(path)) &&
    !paths.some((path) => /^LICENSES\//.test(path))
  )
    findings.push(
      missing("missing-license", "info", "no LICENSE says what others may do with this", {
        description: "Add the one you want, such as MIT.",
        command: "gh repo license view mit > LICENSE",
      }),
    );
  const code = untestedCode(paths);
  if (code >= MIN_CODE) {
    const command = firstTest(paths);
    findings.push(
      missing("missing-tests", "low", `${code} files of code and no test`, {
        description: "Add a first test, such as `tests/smoke`, and a script that runs it.",
        ...(command ? { command } : {}),
      }),
    );
  }
  return findings;
}

/** How many files of code there are; 0 when one of them is a test. */
function untestedCode(paths: string[]): number {
  let count = 0;
  for (const path of paths) {
    if (!isCode(path) || isGeneratedPath(path)) continue;
    // Also below a folder of samples, which org.springframework.samples is.
    if (isTest(path)) return 0;
    if (isExamplePath(path)) continue;
    count += 1;
  }
  return count;
}

function isTest(path: string): boolean {
  return isTestPath(path) || /_test\.go$|(^|\/)(tests?|specs?)\.\w+$|_spec\.rb$|(^|\/)src\/test\//.test(path);
}

function stem(path: string): string {
  return baseName(path).replace(/\.\w+$/, "");
}

/** The subject of a test by its name; null when its name says none. */
function subject(path: string): string | null {
  const name = stem(path);
  return SPEC.exec(name)?.[1] ?? /^test_(.+)$/.exec(name)?.[1] ?? null;
}

/** The subject of a test that is code; the name, which costs least, is looked at first. */
function specSubject(path: string): string | null {
  if (!isCode(path)) return null;
  const about = subject(path);
  return about !== null && isTest(path) ? about : null;
}

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Tests named after their subject: how many there are at least, and how many of them keep to it. */
const MIN_SPECS = 10;
const CONVENTION = 0.9;

/** A test whose subject is nowhere, in a project whose other tests are all named after theirs. */
export function findOrphanedSpecs(files: TrackedFile[]): Finding[] {
  const names = new Set<string>();
  const parts = new Set<string>();
  const folders = new Set<string>();
  const specs: { path: string; about: string }[] = [];
  for (const { path } of files) {
    const about = specSubject(path);
    if (about !== null) {
      specs.push({ path, about: bare(about) });
      continue;
    }
    parts.add(baseName(path));
    folders.add(folderOf(path));
  }
  if (specs.length < MIN_SPECS) return [];
  for (const folder of folders) for (const part of folder.split("/")) parts.add(part);
  for (const part of parts) names.add(bare(part.replace(/\.\w+$/, "")));
  const orphans = specs.filter(
    ({ path, about }) =>
      // setup-tests.ts prepares tests and is none.
      !/^(?:(?:global)?setup)?$/.test(about) &&
      !names.has(about) &&
      !/e2e|integration|acceptance/i.test(path),
  );
  if (orphans.length > specs.length * (1 - CONVENTION)) return [];
  return orphans.map(({ path }) =>
    makeFinding({
      ruleId: "hygiene/spec-without-code",
      severity: "info",
      message:
        "named after something that is not in the repository, where the other tests are named after what they test",
      identity: [path],
      place: { path },
      defectClass: "hygiene",
      effort: 10,
      fix: {
        description: "Delete it with what is gone, or rename it after what it tests.",
        command: `git rm -- ${shellQuote(path)}`,
      },
    }),
  );
}

/** New code without a test, in a folder where the rest has one. */
export function findUntested(files: TrackedFile[], added: string[]): Finding[] {
  if (added.length === 0) return [];
  const about = new Set(
    files.flatMap(({ path }) => {
      const name = specSubject(path);
      return name === null ? [] : bare(name);
    }),
  );
  const tested = (path: string): boolean => about.has(bare(stem(path)));
  return added
    .filter((path) => isPlainCode(path) && !tested(path) && neighboursTested(files, path, tested))
    .map((path) =>
      makeFinding({
        ruleId: "hygiene/code-without-test",
        severity: "low",
        message: "new here without a test, where the files beside it have one each",
        identity: [path],
        place: { path },
        defectClass: "hygiene",
        effort: 30,
        fix: {
          description: "Add a test named after it, as the others have.",
          command: `touch ${shellQuote(testBeside(files, path))}`,
        },
      }),
    );
}

/** Where the test of a file belongs: where a neighbour has its own. */
function testBeside(files: TrackedFile[], path: string): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const stems = new Map<string, string>();
  for (const file of files)
    if (file.path.startsWith(folder) && isPlainCode(file.path))
      stems.set(bare(stem(file.path)), stem(file.path));
  for (const file of files) {
    const name = specSubject(file.path);
    if (name !== null && stems.has(bare(name)))
      return (
        file.path.slice(0, file.path.lastIndexOf("/") + 1) +
        baseName(file.path).replace(name, () => stem(path))
      );
  }
  return path.replace(/(\.\w+)$/, ".test$1");
}

function isPlainCode(path: string): boolean {
  const aside =
    isTest(path) || isDocPath(path) || isExamplePath(path) || isGeneratedPath(path) || isToolingPath(path);
  return (
    isCode(path) &&
    !aside &&
    !/^(index|main|types?|constants?|__init__)$/.test(stem(path)) &&
    (isScript(path) || !path.endsWith(".d.ts"))
  );
}

const MIN_NEIGHBOURS = 4;

function neighboursTested(files: TrackedFile[], path: string, tested: (path: string) => boolean): boolean {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const beside = files.filter(
    (file) =>
      file.path !== path &&
      file.path.startsWith(folder) &&
      !file.path.slice(folder.length).includes("/") &&
      isPlainCode(file.path),
  );
  return (
    beside.length >= MIN_NEIGHBOURS &&
    beside.filter((file) => tested(file.path)).length >= beside.length * CONVENTION
  );
}
