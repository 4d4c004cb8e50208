import { writeFileSync } from "node:fs";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compareVersions } from "../../../gates/repo-audit/checks/advisories/versions.ts";
import gate from "../../../gates/repo-audit/index.ts";
import type { ExecResult, GateContext } from "../../../modsquad/contracts/gate.ts";
import { runGate } from "../run-gate.ts";
import { audit, folderWith } from "./support.ts";

const record = (id: string, ecosystem: string, name: string, events: object[], more: object = {}) =>
  JSON.stringify({
    id,
    summary: `${name} is unsafe`,
    database_specific: { severity: "HIGH" },
    affected: [{ package: { ecosystem, name }, ranges: [{ type: "SEMVER", events }] }],
    ...more,
  });

const RECORDS = {
  "a.json": record("GHSA-a", "npm", "a", [
    { introduced: "0" },
    { fixed: "1.2.0" },
    { introduced: "2.0.0-rc.1" },
    { fixed: "2.1.0" },
  ]),
  "b.json": record("GHSA-b", "npm", "@s/b", [{ introduced: "1.0.0" }, { last_affected: "1.5.0" }], {
    database_specific: {},
  }),
  "gone.json": record("GHSA-gone", "npm", "a", [{ introduced: "0" }], { withdrawn: "2024-01-01T00:00:00Z" }),
  "py.json": JSON.stringify({
    id: "PYSEC-1",
    affected: [{ package: { ecosystem: "PyPI", name: "flask" }, versions: ["1.0", "1.1"] }],
  }),
};

const LOCKS = {
  "package-lock.json": JSON.stringify({
    packages: {
      "": {},
      "node_modules/a": { version: "1.1.9" },
      "node_modules/@s/b": { version: "1.5.0" },
      "node_modules/c/node_modules/a": { version: "1.2.0" },
    },
  }),
  "p/pnpm-lock.yaml":
    "packages:\n\n  a@2.0.0:\n    resolution: {}\n\n  '@s/b@1.6.0(c@1.0.0)':\n    resolution: {}\n",
  "y/yarn.lock": '# yarn lockfile v1\n\na@^2.0.0:\n  version "2.1.0"\n\n"@s/b@^1.0.0":\n  version "1.0.0"\n',
  "requirements.txt": "Flask==1.1\nother==1.0\n",
};

/** A zip of one deflated and otherwise stored files, as APPNOTE.TXT describes it; sums are not looked at. */
function zip(files: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [index, [name, text]] of Object.entries(files).entries()) {
    const packed = index === 0 ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(index === 0 ? 8 : 0, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const from = (dir: string, source: "audit" | { osv: string }, mode: "quick" | "full" = "full") =>
  audit(dir, {
    mode,
    checks: ["dependencies"],
    options: { checks: { dependencies: { advisories: source } } },
  });

const advisories = (
  findings: { ruleId: string; severity: string; message: string; fix?: { command?: string } }[],
) =>
  findings
    .filter(({ ruleId }) => ruleId === "advisories/known-vulnerability")
    .map(({ severity, message, fix }) => `${severity} ${message.split(":")[0]} -> ${fix?.command}`)
    .sort();

describe("versions", () => {
  it.each([
    ["1.2.3", "1.2.4", -1],
    ["1.10.0", "1.9.9", 1],
    ["1.0.0-rc.1", "1.0.0", -1],
    ["1.0.0-rc.2", "1.0.0-rc.10", -1],
    ["1.0.0-1", "1.0.0-a", -1],
    ["1.0", "1.0.0", 0],
  ])("%s against %s", (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b) ?? Number.NaN)).toBe(expected);
    expect(Math.sign(compareVersions(b, a) ?? Number.NaN)).toBe(expected === 0 ? 0 : -expected);
  });
});

describe("an OSV database", () => {
  const expected = [
    "high a 1.1.9 -> npm install a@1.2.0",
    "high a 2.0.0 -> npm install a@2.1.0",
    "medium @s/b 1.0.0 -> npm ls @s/b",
    "medium @s/b 1.5.0 -> npm ls @s/b",
    "medium flask 1.1 -> npm ls flask",
  ];

  it("judges every lockfile, from a folder and from a zip", async () => {
    const osv = folderWith(RECORDS);
    const { checks, findings } = await from(folderWith(LOCKS), { osv });
    expect(advisories(findings)).toEqual(expected);
    expect(checks.find(({ id }) => id === "advisories")).toMatchObject({
      status: "passed",
      planned: 4,
      examined: 4,
    });
    const file = path.join(folderWith({}), "all.zip");
    writeFileSync(file, zip(RECORDS));
    expect(advisories((await from(folderWith(LOCKS), { osv: file })).findings)).toEqual(expected);
  });

  it.each([
    ["is absent", () => "/nonexistent/all.zip", "unreachable"],
    ["is empty", () => folderWith({}), "garbage"],
    [
      "is no zip",
      () => path.join(folderWith({ "all.zip": "hello, this is not a zip file at all" }), "all.zip"),
      "unreachable",
    ],
    ["holds nonsense", () => folderWith({ "a.json": "{" }), "unreachable"],
  ])("that %s makes the check errored", async (_what, source, failureClass) => {
    const { checks } = await from(folderWith(LOCKS), { osv: source() });
    expect(checks.find(({ id }) => id === "advisories")).toMatchObject({
      status: "errored",
      failureClass,
      planned: 4,
      examined: 0,
    });
  });
});

describe("the package manager's audit", () => {
  const lock = { "package-lock.json": LOCKS["package-lock.json"] };
  const withAnswer = async (answer: Partial<ExecResult>) => {
    const result: ExecResult = { code: 1, signal: null, stdout: "", stderr: "", truncated: false, ...answer };
    const asked = {
      ...gate,
      run: (context: GateContext) => gate.run({ ...context, exec: async () => result }),
    };
    const options = { checks: { dependencies: { advisories: "audit" } } };
    const { checks, findings } = await runGate(asked, folderWith(lock), {
      checks: ["dependencies"],
      options,
    });
    return { check: checks.find(({ id }) => id === "advisories"), findings };
  };

  it("is believed when it answers", async () => {
    const stdout = JSON.stringify({
      vulnerabilities: { a: { severity: "moderate", via: [{ title: "bad" }], fixAvailable: true } },
    });
    const { check, findings } = await withAnswer({ stdout });
    expect(check).toMatchObject({ status: "passed", planned: 1, examined: 1 });
    expect(advisories(findings)).toEqual(["medium a -> npm audit fix"]);
  });

  it.each([
    [
      "the registry refuses",
      { stdout: '{"error":{"code":"ENOAUDIT","summary":"405 Method Not Allowed"}}' },
      "unreachable",
    ],
    ["it says nothing", { stdout: "" }, "garbage"],
    ["it says too little", { stdout: "{}" }, "garbage"],
    ["it is missing", { code: null, error: "ENOENT" }, "missing-tool"],
    ["it hangs", { code: null, timedOut: true }, "timeout"],
  ])("never passes when %s", async (_what, answer, failureClass) => {
    expect((await withAnswer(answer)).check).toMatchObject({
      status: "errored",
      failureClass,
      planned: 1,
      examined: 0,
    });
  });
});

describe("the check", () => {
  it("is skipped, not passed, where there is no lockfile", async () => {
    const { checks } = await from(folderWith({ "a.txt": "x" }), { osv: folderWith(RECORDS) });
    expect(checks.at(-1)).toMatchObject({ id: "advisories", status: "skipped", planned: 0 });
  });

  it("runs alone by its name, and is errored where no source is named", async () => {
    const options = { checks: { dependencies: { advisories: { osv: folderWith(RECORDS) } } } };
    const named = await audit(folderWith(LOCKS), { checks: ["advisories"], options });
    expect(named.checks).toMatchObject([{ id: "advisories", status: "passed", examined: 4 }]);
    const { checks } = await audit(folderWith(LOCKS), { checks: ["advisories"] });
    expect(checks).toMatchObject([{ id: "advisories", status: "errored", failureClass: "no-source" }]);
  });

  it("runs only when it is asked for, and in full mode", async () => {
    const dir = folderWith(LOCKS);
    const ids = (result: { checks: { id: string }[] }) => result.checks.map(({ id }) => id);
    expect(ids(await audit(dir, { checks: ["dependencies"] }))).toEqual(["dependencies"]);
    expect(ids(await from(dir, { osv: folderWith(RECORDS) }, "quick"))).toEqual(["dependencies"]);
  });
});
