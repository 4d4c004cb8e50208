import { chmodSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import gate from "../../../gates/repo-audit/index.ts";
import { snapshotIndex } from "../../../modsquad/git/index.ts";
import { GATE_REPORT_SCHEMA } from "../../../modsquad/report/gate-json.ts";
import { Scratch, scratch, value } from "../../git/scratch.ts";
import { repoView } from "../run-gate.ts";
import { applyFixes, audit, brief, copyOf, fixture, folderWith, isExact } from "./support.ts";

const BAD_SHOP = [
  "high config-consistency/healthcheck-port api/Dockerfile:5",
  "high config-consistency/env-undeclared api/server.js:7",
  "high config-consistency/port-mismatch compose.yaml:5",
  "high config-consistency/port-mismatch compose.yaml:7",
  "high config-consistency/unknown-service compose.yaml:8",
  "high config-consistency/unknown-service compose.yaml:12",
  "high config-consistency/healthcheck-port compose.yaml:15",
  "high config-consistency/port-mismatch compose.yaml:22",
  "high config-consistency/port-mismatch web/site/app.js:1",
  "medium config-consistency/port-mismatch README.md:5",
  "medium config-consistency/env-undeclared api/server.js:6",
  "low config-consistency/env-unused .env.example:4",
];

const BAD_FILES = [
  "high hygiene/invalid-json data/broken.json:4",
  "high hygiene/conflict-marker src/merge.js:2",
  "medium hygiene/invalid-yaml ci/broken.yaml:3",
  "low hygiene/lenient-json data/lenient.json:2",
];

describe("fixtures", () => {
  it.each(["good/shop", "good/quiet", "good/files"])("finds nothing in %s", async (name) => {
    const result = await audit(fixture(name));
    expect(brief(result.findings)).toEqual([]);
    expect(result.checks.map(({ id, status }) => [id, status])).toEqual([
      ["secrets", "passed"],
      ["config-consistency", "passed"],
      ["auth", "passed"],
      ["deprecated-patterns", "passed"],
      ["dependencies", "passed"],
      ["code-quality", "passed"],
      ["hygiene", "passed"],
    ]);
    for (const check of result.checks) {
      expect(check.planned).toBeGreaterThan(0);
      expect(check.examined).toBe(check.planned);
    }
  });

  it.each([
    ["bad/shop", BAD_SHOP],
    ["bad/files", BAD_FILES],
  ])("finds exactly the expected in %s", async (name, expected) => {
    expect(brief((await audit(fixture(name))).findings)).toEqual(expected);
  });

  it.each([
    ["bad/shop", []],
    // What a YAML mistake meant cannot be told; the command for a conflict is for a person to choose.
    [
      "bad/files",
      ["high hygiene/conflict-marker src/merge.js:2", "medium hygiene/invalid-yaml ci/broken.yaml:3"],
    ],
  ])("mends %s by its edits, breaks nothing, and has nothing to add the second time", async (name, left) => {
    const dir = copyOf(name);
    applyFixes(dir, (await audit(dir)).findings);
    const after = (await audit(dir)).findings;
    expect(brief(after)).toEqual(left);
    applyFixes(dir, after);
    expect((await audit(dir)).findings).toEqual(after);
  });

  it("says for every finding by which edit, command or line it goes away", async () => {
    const all = [
      ...(await audit(fixture("bad/shop"))).findings,
      ...(await audit(fixture("bad/files"))).findings,
    ];
    expect(brief(all.filter((each) => !isExact(each.fix)))).toEqual([]);
  });
});

describe("the gate", () => {
  it("does not apply where nothing is tracked", async () => {
    expect(await gate.detect(await repoView(folderWith({})))).toEqual({
      applicable: false,
      reason: "no tracked files",
    });
    const one = await gate.detect(await repoView(folderWith({ a: "1" })));
    expect(one).toEqual({ applicable: true, reason: "1 tracked file" });
  });

  it("has an options schema that accepts its documented options and names a wrong one", () => {
    const validate = new Ajv({ strict: true }).compile(gate.options);
    const options = {
      exclude: ["vendor/**"],
      checks: {
        secrets: { exclude: ["demo/**"] },
        "config-consistency": { ignoreVariables: ["A_B"], ignorePorts: [9999], notApplicable: "no services" },
        hygiene: { maxFileMiB: 0.5 },
      },
    };
    expect(validate(options)).toBe(true);
    expect(validate({ checks: { hygiene: { maxFileMib: 1 } } })).toBe(false);
  });

  it("gives a result that fits the published schema", async () => {
    const schema = JSON.parse(readFileSync("schema/gate-report.schema.json", "utf8"));
    const validate = new Ajv2020({ strict: true }).compile(schema);
    const result = await audit(fixture("bad/shop"));
    const findings = result.findings.map((each) => ({ ...each, isNew: true }));
    const report = {
      schema: GATE_REPORT_SCHEMA,
      runId: "r",
      gate: gate.id,
      status: "failed",
      result: { ...result, findings },
      errors: [],
    };
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...report, status: "fine" })).toBe(false);
  });

  it("states what it did not read, and why", async () => {
    const dir = folderWith({
      "a.txt": "text",
      "image.png": Buffer.from([0x89, 0x50, 0, 1]),
      "wide.txt": Buffer.from("\ufeffhello", "utf16le"),
      "big.txt": "x".repeat(2 * 1024 * 1024 + 1),
      "big.bin": Buffer.alloc(2 * 1024 * 1024 + 1),
    });
    symlinkSync("a.txt", path.join(dir, "link"));
    const result = await audit(dir);
    expect(result.metrics).toMatchObject({
      filesTracked: 6,
      filesRead: 2,
      filesSkipped: { binary: 2, link: 1, tooLarge: 1, unreadable: 0 },
      tooLarge: ["big.txt"],
    });
    const [secrets] = result.checks;
    const hygiene = result.checks.at(-1);
    expect(secrets).toMatchObject({ planned: 3, examined: 2, status: "passed" });
    expect(secrets?.message).toContain("1 too large");
    expect(hygiene).toMatchObject({ planned: 6, examined: 5 });
  });

  it("is errored, not passed, when a file cannot be read", async () => {
    const s = new Scratch().write("a.txt", "a").write("b.txt", "b");
    const { files } = await repoView(s.dir);
    s.remove("b.txt");
    const result = await audit(s.dir, { files });
    for (const check of result.checks) {
      expect(check).toMatchObject({ status: "errored", failureClass: "unreadable", planned: 2, examined: 1 });
    }
    expect(result.metrics).toMatchObject({ unreadable: ["b.txt"] });
  });

  it("skips the text checks, with the reason, where there is no text", async () => {
    const result = await audit(folderWith({ "a.png": Buffer.from([0, 1, 2]) }));
    expect(result.checks.map(({ id, status, failureClass }) => [id, status, failureClass])).toEqual([
      ["secrets", "skipped", "nothing-to-examine"],
      ["config-consistency", "skipped", "nothing-to-examine"],
      ["auth", "skipped", "nothing-to-examine"],
      ["deprecated-patterns", "skipped", "nothing-to-examine"],
      ["dependencies", "skipped", "nothing-to-examine"],
      ["code-quality", "skipped", "nothing-to-examine"],
      ["hygiene", "passed", undefined],
    ]);
  });

  it("leaves out what the options exclude, for all checks or for one", async () => {
    const dir = folderWith({ "a/x.json": "{", "b/x.json": "{", "c/x.json": "{" });
    const options = { exclude: ["a/**"], checks: { hygiene: { exclude: ["b/**"] } } };
    const result = await audit(dir, { options });
    expect(brief(result.findings)).toEqual(["high hygiene/invalid-json c/x.json:1"]);
    expect(result.checks.map(({ id, planned }) => [id, planned])).toEqual([
      ["secrets", 2],
      ["config-consistency", 2],
      ["auth", 2],
      ["deprecated-patterns", 2],
      ["dependencies", 2],
      ["code-quality", 2],
      ["hygiene", 1],
    ]);
    expect(result.metrics).toMatchObject({ filesExcluded: 1 });
  });

  it("runs only the checks in scope", async () => {
    const result = await audit(fixture("bad/files"), { checks: ["secrets"] });
    expect(result.checks.map((check) => check.id)).toEqual(["secrets"]);
    expect(result.findings).toEqual([]);
  });

  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    controller.abort(new Error("cancelled"));
    await expect(audit(fixture("good/shop"), { signal: controller.signal })).rejects.toThrow("cancelled");
  });

  it("gives the same bytes twice, whatever the order of the files", async () => {
    const dir = fixture("bad/shop");
    const { files } = await repoView(dir);
    const artifactsDir = scratch();
    const first = JSON.stringify(await audit(dir, { files, artifactsDir }));
    expect(JSON.stringify(await audit(dir, { files, artifactsDir }))).toBe(first);
    const reversed = await audit(dir, { files: [...files].reverse() });
    const ids = (result: typeof reversed) => result.findings.map((finding) => finding.fingerprint).sort();
    expect(ids(reversed)).toEqual(ids(JSON.parse(first)));
  });

  it("writes nothing where it looks", async () => {
    const s = new Scratch(copyOf("bad/shop")).init();
    s.commit();
    const before = s.fingerprint();
    await audit(s.dir);
    expect(s.fingerprint()).toBe(before);
  });

  it("judges in quick mode what is staged, whatever the work tree says", async () => {
    const s = new Scratch().init().write("data.json", "{}\n");
    s.commit();
    s.write("data.json", "{ broken\n").git("add", "data.json");
    s.write("data.json", "{}\n").write("untracked.json", "{ broken too\n");
    const snapshot = value(await snapshotIndex(await s.open()));
    value(await snapshot.checkOut());
    const quick = await audit(snapshot.root, { mode: "quick", files: snapshot.files });
    snapshot.release();
    expect(brief(quick.findings)).toEqual(["high hygiene/invalid-json data.json:1"]);
    const full = await audit(s.dir, { mode: "full" });
    expect(brief(full.findings)).toEqual(["high hygiene/invalid-json untracked.json:1"]);
  });

  it("copes with a file that may not be opened", async () => {
    const s = new Scratch().write("a.txt", "a").write("locked.txt", "b");
    chmodSync(path.join(s.dir, "locked.txt"), 0);
    const result = await audit(s.dir);
    // Whoever runs the tests as root can read it all the same.
    const expected = process.getuid?.() === 0 ? "passed" : "errored";
    expect(result.checks.map((check) => check.status)).toEqual(result.checks.map(() => expected));
  });
});
