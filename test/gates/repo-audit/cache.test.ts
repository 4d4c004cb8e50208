import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { MIN_FILES } from "../../../gates/repo-audit/cache.ts";
import { Keywords } from "../../../gates/repo-audit/keywords.ts";
import { Scratch, scratch } from "../../git/scratch.ts";
import { Letters } from "./secret-samples.ts";
import { audit } from "./support.ts";

const letters = new Letters(4711);
const OWN = ["secrets", "config-consistency", "hygiene"];
const CHECKS = [
  "secrets",
  "config-consistency",
  "auth",
  "deprecated-patterns",
  "dependencies",
  "code-quality",
  "hygiene",
];
const token = `glpat-${letters.b62(20)}`;
const password = `${letters.b62(8)}!${letters.digits(4)}`;

/** Just enough files for the cache, with something for every check in a few of them. */
function repository(): Scratch {
  const repo = new Scratch();
  for (let index = 0; index < MIN_FILES; index += 1) repo.write(`src/f${index}.js`, `use(${index});\n`);
  return repo
    .write("README.md", "# Shop\n")
    .write("LICENSE", "MIT\n")
    .write("test/a.test.js", "test();\n")
    .write("src/token.js", `const t = "${token}";\n`)
    .write("src/env.js", "send(`${process.env.MISSING_ADDRESS}/x`);\n")
    .write(".env.example", `SHOP_DB_PASSWORD=${password}\n`)
    .write("conf/app.ini", `db_password = ${password}\n`)
    .write("compose.yml", "services:\n  a:\n    image: x\n    depends_on: [b]\n")
    .write("package.json", '{"name":"shop","dependencies":{"left-pad":"1.3.0","chalk":"5.0.0"}}\n')
    .write(
      "package-lock.json",
      '{"name":"shop","lockfileVersion":3,"packages":{"":{"dependencies":{"left-pad":"1.3.0","chalk":"5.0.0"}},"node_modules/left-pad":{"version":"1.3.0"},"node_modules/chalk":{"version":"5.0.0"}}}\n',
    )
    .write("src/pad.js", 'import "left-pad";\nimport "undeclared";\n')
    .write("src/old.js", "export const b = new Buffer(size);\n")
    .write("src/oldest.js", `export const b = new Buffer("${password}");\n`)
    .write("src/run.js", `export const run = (text) => {\n${"  eval(text);\n".repeat(3)}};\n`)
    .write("src/run.py", "def run(text):\n    return eval(text)\n")
    .write(
      "src/agent.js",
      `export const agents = [\n${"new Agent({ rejectUnauthorized: false }),\n".repeat(2)}];\n`,
    )
    .write(
      "src/routes.js",
      [
        'const router = require("express").Router();',
        'router.post("/a", requireAuth, a);',
        'router.post("/b", requireAuth, b);',
        'router.post("/c", c);\n',
      ].join("\n"),
    )
    .write("data/broken.json", '{"a": \n')
    .write("logo.bin", Buffer.from([0, 1, 2]));
}

function kept(dir: string): string {
  const folder = path.join(dir, "modsquad/logs/cache/repo-audit");
  return readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .join("\n");
}

describe("what is kept of single files", () => {
  it("gives the same report from what is kept, and a new one for what changed", async () => {
    const repo = repository();
    const dependenciesRoot = scratch();
    const artifactsDir = scratch();
    const run = (root = dependenciesRoot) =>
      audit(repo.dir, { checks: CHECKS, dependenciesRoot: root, artifactsDir });
    const cold = await run();
    expect(cold.findings.map((each) => each.ruleId).sort()).toEqual(
      [
        "auth/tls-verification-off",
        "auth/unguarded-route",
        "code-quality/dangerous-call",
        "code-quality/dangerous-call",
        "config-consistency/env-undeclared",
        "config-consistency/env-unused",
        "config-consistency/unknown-service",
        "dependencies/missing",
        "dependencies/missing",
        "dependencies/unused",
        "deprecated-patterns/node-new-buffer",
        "deprecated-patterns/node-new-buffer",
        "hygiene/invalid-json",
        "secrets/gitlab-token",
        "secrets/generic-credential",
      ].sort(),
    );
    const counts = cold.findings.flatMap(({ ruleId, count }) => (count ? [`${ruleId} ${count}`] : []));
    expect(counts).toEqual(["auth/tls-verification-off 2", "code-quality/dangerous-call 3"]);
    const before = kept(dependenciesRoot);
    expect(await run()).toEqual(cold);
    expect(kept(dependenciesRoot)).toBe(before);
    repo.write("src/f7.js", `const again = "${token}"; // now here too\n`).remove("src/token.js");
    repo.write("compose.yml", "services:\n  a:\n    image: x\n    depends_on: [c]\n");
    repo.write("src/routes.js", "export {};\n").write("src/f8.js", 'import "chalk";\n');
    repo.write("src/f9.py", "import imp\nrequests.get(url, verify=False)\n");
    const warm = await run();
    expect(warm).toEqual(await run(scratch()));
    const rules = warm.findings.map((each) => each.ruleId);
    expect(rules).not.toContain("dependencies/unused");
    expect(rules).not.toContain("auth/unguarded-route");
    expect(rules).toContain("deprecated-patterns/python-imp");
    expect(warm.findings.find((each) => each.ruleId === "secrets/gitlab-token")?.location?.path).toBe(
      "src/f7.js",
    );
  });

  it("keeps no secret", async () => {
    const repo = repository();
    const dependenciesRoot = scratch();
    await audit(repo.dir, { checks: CHECKS, dependenciesRoot });
    expect(kept(dependenciesRoot)).toContain("src/token.js");
    expect(kept(dependenciesRoot)).not.toContain(token.slice(6));
    expect(kept(dependenciesRoot)).not.toContain(password);
  });

  it("looks anew when the pack is torn, altered or something else", async () => {
    const repo = repository();
    const dependenciesRoot = scratch();
    const cold = await audit(repo.dir, { checks: OWN, dependenciesRoot });
    const file = path.join(dependenciesRoot, "modsquad/logs/cache/repo-audit/files.pack");
    const whole = readFileSync(file, "utf8");
    // What reads well and says something else: that nothing is wrong with the broken file.
    const altered = whole.replace('{"bad":true}', '{"bad":null}');
    expect(altered).not.toBe(whole);
    for (const text of [whole.slice(0, 500), altered, "[]", '{"key":1}\n', ""]) {
      writeFileSync(file, text);
      expect(await audit(repo.dir, { checks: OWN, dependenciesRoot })).toEqual(cold);
    }
  });

  it("reads again the files whose later entry is torn or altered, and no others", async () => {
    const repo = repository();
    const dependenciesRoot = scratch();
    const run = () => audit(repo.dir, { checks: OWN, dependenciesRoot });
    const delta = path.join(dependenciesRoot, "modsquad/logs/cache/repo-audit/delta.jsonl");
    await run();
    repo.write("data/other.json", "{").write("data/third.json", "[1,");
    const expected = await run();
    expect(expected.findings.map(({ location }) => location?.path)).toContain("data/third.json");
    const whole = readFileSync(delta, "utf8");
    for (const text of [whole.slice(0, -20), whole.replaceAll('{"bad":true}', "{}"), "1 {}\n"]) {
      writeFileSync(delta, text);
      expect(await run()).toEqual(expected);
    }
  });

  it("keeps what a check learned while others run, and what it learned under another config is of no use", async () => {
    const repo = repository();
    const dependenciesRoot = scratch();
    const run = (checks: string[], disable: string[], root = dependenciesRoot) =>
      audit(repo.dir, {
        checks,
        dependenciesRoot: root,
        options: { checks: { "deprecated-patterns": { disable } } },
      });
    const both = ["hygiene", "deprecated-patterns"];
    await run(["hygiene"], []);
    await run(["deprecated-patterns"], []);
    const strict = await run(both, []);
    expect(strict.findings.map(({ ruleId }) => ruleId)).toContain("deprecated-patterns/node-new-buffer");
    expect(strict).toEqual(await run(both, [], scratch()));
    expect(await run(both, ["node-new-buffer"])).toEqual(await run(both, ["node-new-buffer"], scratch()));
    expect(await run(both, [])).toEqual(strict);
  });
});

describe("many keywords at once", () => {
  it("finds the longest at each place, as a plain search does", () => {
    const words = ["sk_", "sk_live_", "token", "tok", "AKIA", "access_key", "key", "YC"];
    const text = "x sk_live_ tok töken token YC access_key AKIAkey YCtok sk_ ";
    const found: string[] = [];
    new Keywords(words).each(text, (word, at) => found.push(`${at}:${word}`));
    const expected: string[] = [];
    for (const group of [words.filter((word) => word.length > 2), ["YC"]]) {
      for (let at = 0; at < text.length; at += 1) {
        const longest = group
          .filter((word) => text.startsWith(word, at))
          .sort((x, y) => y.length - x.length)[0];
        if (longest) expected.push(`${at}:${longest}`);
      }
    }
    expect(found).toEqual(expected);
  });
});
