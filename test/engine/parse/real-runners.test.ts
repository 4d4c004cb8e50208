/** The formats as a runner on every machine really writes them: node --test. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "./helpers.ts";

const MIXED = `
const { test, describe } = require("node:test");
const assert = require("node:assert");
describe("cart", () => {
  test("adds # up", () => assert.equal(1 + 1, 2));
  test("totals <b> & more", () => assert.equal(1, 2));
  test.skip("later", () => {});
  describe("vat", () => { test("rounds", () => assert.fail("\\u001b[31mred\\u001b[0m")); });
});
test("plain", () => {});
`;
const GREEN = `
const { test } = require("node:test");
test("one", () => {});
test("two", () => {});
`;

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "parse-")));
  writeFileSync(join(root, "mixed.test.js"), MIXED);
  writeFileSync(join(root, "green.test.js"), GREEN);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function runAndParse(format: "tap" | "junit", file: string) {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const args = ["--test", `--test-reporter=${format}`, file];
  const run = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  return parse({ format, root, stdout: run.stdout, stderr: run.stderr, code: run.status });
}

describe.each(["tap", "junit"] as const)("node --test as %s", (format) => {
  test("mixed results", () => {
    const { check, findings, metrics } = runAndParse(format, "mixed.test.js");
    expect(check.status).toBe("failed");
    expect(metrics.results).toMatchObject({ total: 5, passed: 2, failed: 2, skipped: 1 });
    expect(findings.map((finding) => finding.target)).toEqual([
      expect.stringMatching(/cart.*totals <b> & more$/),
      expect.stringMatching(/cart.*vat.*rounds$/),
    ]);
    for (const finding of findings) expect(finding.location?.path).toBe("mixed.test.js");
    expect(findings[0]!.message.split("\n")[0]).toMatch(/totals <b> & more: 1 == 2$/);
    expect(findings[1]!.message.split("\n")[0]).toMatch(/rounds: red$/);
  });

  test("all green", () => {
    expect(runAndParse(format, "green.test.js").check).toMatchObject({ status: "passed", examined: 2 });
  });
});
