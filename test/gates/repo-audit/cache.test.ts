import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { MIN_FILES } from "../../../gates/repo-audit/cache.ts";
import { Keywords } from "../../../gates/repo-audit/checks/secrets/keywords.ts";
import { Scratch, scratch } from "../../git/scratch.ts";
import { Letters } from "./secret-samples.ts";
import { audit } from "./support.ts";

const letters = new Letters(4711);
const CHECKS = ["secrets", "config-consistency", "hygiene"];
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
    const run = (root = dependenciesRoot) => audit(repo.dir, { checks: CHECKS, dependenciesRoot: root });
    const cold = await run();
    expect(cold.findings.map((each) => each.ruleId).sort()).toEqual(
      [
        "config-consistency/env-undeclared",
        "config-consistency/env-unused",
        "config-consistency/unknown-service",
        "hygiene/invalid-json",
        "secrets/gitlab-token",
        "secrets/generic-credential",
      ].sort(),
    );
    expect(await run()).toEqual(cold);
    repo.write("src/f7.js", `const again = "${token}"; // now here too\n`).remove("src/token.js");
    repo.write("compose.yml", "services:\n  a:\n    image: x\n    depends_on: [c]\n");
    const warm = await run();
    expect(warm).toEqual(await run(scratch()));
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

  it("looks anew when the pack is torn or something else", async () => {
    const repo = repository();
    const dependenciesRoot = scratch();
    const cold = await audit(repo.dir, { checks: CHECKS, dependenciesRoot });
    const file = path.join(dependenciesRoot, "modsquad/logs/cache/repo-audit/files.json");
    for (const text of [readFileSync(file, "utf8").slice(0, 500), "[]", '{"key":1,"entries":{"a":null}}']) {
      writeFileSync(file, text);
      expect(await audit(repo.dir, { checks: CHECKS, dependenciesRoot })).toEqual(cold);
    }
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
