import { afterEach, describe, expect, it, vi } from "vitest";
import { secretsCommand } from "../../../gates/repo-audit/history/command.ts";
import { PatchReader } from "../../../gates/repo-audit/history/patches.ts";
import { scanHistory } from "../../../gates/repo-audit/history/scan.ts";
import { Scratch } from "../../git/scratch.ts";
import { Letters } from "./secret-samples.ts";

const letters = new Letters(77);
const key = (): string =>
  `-----BEGIN PRIVATE KEY-----\nMII${letters.b64(60)}\n${letters.b64(64)}\n-----END PRIVATE KEY-----\n`;
const token = `glpat-${letters.b62(20)}`;

/** A secret comes in the second commit and is gone in the third. */
function history(): { repo: Scratch; first: string; second: string } {
  const repo = new Scratch().init();
  repo.write("src/a.ts", "export const a = 1;\n");
  const first = repo.commit("one");
  repo
    .write("src/a.ts", `export const a = 1;\n\nexport const token = "${token}";\n`)
    .write("süd/key pem", key());
  const second = repo.commit("two");
  repo.write("src/a.ts", "export const a = 2;\n").remove("süd/key pem");
  repo.commit("three");
  return { repo, first, second };
}

function captured(): { out: () => string; err: () => string } {
  const texts = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    texts.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    texts.err += String(text);
    return true;
  });
  return { out: () => texts.out, err: () => texts.err };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("secrets in the history", () => {
  it("finds what a commit added and a later one took out, with its commit and line", async () => {
    const { repo, first, second } = history();
    const { findings, commits } = await scanHistory(repo.dir, `${first}..HEAD`);
    expect(commits).toBe(2);
    expect(findings.map(({ ruleId, commit, path, line }) => ({ ruleId, commit, path, line }))).toEqual([
      { ruleId: "secrets/gitlab-token", commit: second, path: "src/a.ts", line: 3 },
      { ruleId: "secrets/private-key", commit: second, path: "süd/key pem", line: 2 },
    ]);
  });

  it("finds nothing in the commits after it", async () => {
    const { repo, second } = history();
    expect((await scanHistory(repo.dir, `${second}..HEAD`)).findings).toEqual([]);
  });

  it("prints findings without the value, and exits 1", async () => {
    const { repo, first } = history();
    const io = captured();
    expect(await secretsCommand(["--history", `${first}..HEAD`], repo.dir)).toBe(1);
    expect(io.out()).toContain("src/a.ts:3  secrets/gitlab-token");
    expect(io.out()).toContain(`${token.slice(0, 4)}…[sha256`);
    expect(io.out()).not.toContain(token.slice(0, 12));
    expect(io.out()).toContain("2 found in 2 commits");
  });

  it("prints one object with --json", async () => {
    const { repo } = history();
    const io = captured();
    expect(await secretsCommand(["--history", "HEAD", "--json"], repo.dir)).toBe(1);
    expect(JSON.parse(io.out())).toMatchObject({ commits: 3, findings: [{}, {}] });
    expect(io.out()).not.toContain(token.slice(0, 12));
  });

  it.each([
    [["--history", "no-such..HEAD"], "no-such..HEAD cannot be read"],
    [["--history", "--output=x"], "argument"],
    [[], "--history is missing"],
    [["--history", "HEAD", "--min", "huge"], "expected one of"],
  ])("refuses %j with 2 and says why", async (args, message) => {
    const { repo } = history();
    const io = captured();
    expect(await secretsCommand(args, repo.dir)).toBe(2);
    expect(io.err()).toContain(message);
  });
});

describe("reading patches", () => {
  it("takes no added line for a header", () => {
    const seen: string[] = [];
    const reader = new PatchReader(({ path, text, lines }) =>
      seen.push(`${path} ${lines.join(",")} ${text}`),
    );
    const patch = [
      "\0commit abc",
      "--- /dev/null",
      "+++ b/a.diff",
      "@@ -0,0 +4,2 @@",
      "+++ b/fake",
      "+@@ -1 +1 @@",
    ];
    for (const line of patch) reader.line(line);
    reader.end();
    expect(seen).toEqual(["a.diff 4,5 ++ b/fake\n@@ -1 +1 @@"]);
  });
});
