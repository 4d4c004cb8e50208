import { chmodSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { ChangedFile } from "../../../modsquad/contracts/gate.ts";
import { Scratch } from "../../git/scratch.ts";
import type { RunGateOptions } from "../run-gate.ts";
import { audit, brief, folderWith } from "./support.ts";

type Files = Record<string, string>;

async function hygiene(files: Files, options: RunGateOptions = {}): Promise<string[]> {
  const { findings } = await audit(folderWith(files), { checks: ["hygiene"], ...options });
  return brief(findings).map((line) => line.replace("hygiene/", ""));
}

const changed = (...paths: string[]): ChangedFile[] => paths.map((path) => ({ path, status: "M" }));

/** `count` files of code, each with a test when asked. */
function project(count: number, tests: boolean): Files {
  const files: Files = { "README.md": "# x\n", LICENSE: "MIT\n" };
  for (let index = 0; index < count; index += 1) {
    files[`src/part${index}.ts`] = "export {};\n";
    if (tests) files[`src/part${index}.test.ts`] = "test();\n";
  }
  return files;
}

describe("files a program refuses", () => {
  it("finds invalid TOML at its line, without quoting the file", async () => {
    const { findings } = await audit(folderWith({ "app.toml": 'a = 1\nkey = "hidden-word\n' }), {
      checks: ["hygiene"],
    });
    expect(brief(findings)).toEqual(["high hygiene/invalid-toml app.toml:2"]);
    expect(findings[0]?.message).not.toContain("hidden-word");
    expect(await hygiene({ "app.toml": "a = 1\n[b]\nc = 'x'\n" })).toEqual([]);
  });
});

describe("what a project has", () => {
  it("misses README, LICENSE and tests in a project of some size", async () => {
    const { "README.md": _readme, LICENSE: _license, ...files } = project(25, false);
    const { findings } = await audit(folderWith(files), { checks: ["hygiene"] });
    expect(findings.map(({ ruleId, severity, target }) => `${severity} ${ruleId} ${target}`)).toEqual([
      "low hygiene/missing-readme repository",
      "low hygiene/missing-tests repository",
      "info hygiene/missing-license repository",
    ]);
    expect(await hygiene({ "a.js": "1;\n" })).toEqual([]);
    expect(
      await hygiene({ ...files, "README.md": "# a\n", LICENSE: "x\n", "samples/shop/a.test.js": "" }),
    ).toEqual([]);
  });

  it("finds a test whose subject is gone, where all others have theirs", async () => {
    const files = project(12, true);
    delete files["src/part3.ts"];
    expect(await hygiene({ ...files, "src/setup-tests.ts": "prepare();\n" })).toEqual([
      "info spec-without-code src/part3.test.ts:1",
    ]);
    for (let index = 0; index < 6; index += 1) files[`src/behaviour${index}.test.ts`] = "test();\n";
    expect(await hygiene(files)).toEqual([]);
  });

  it("finds new code without a test, where its neighbours have one each", async () => {
    const files = { ...project(6, true), "src/fresh.ts": "export {};\n" };
    const added: ChangedFile[] = [{ path: "src/fresh.ts", status: "A" }];
    expect(await hygiene(files, { changed: added })).toEqual(["low code-without-test src/fresh.ts:1"]);
    expect(
      await hygiene({ ...project(6, false), "src/fresh.ts": "export {};\n" }, { changed: added }),
    ).toEqual([]);
  });
});

describe("bits", () => {
  it("finds a script that is started by its path and may not be", async () => {
    const repo = new Scratch()
      .init()
      .write(
        "package.json",
        '{ "scripts": { "deploy": "./tools/deploy.sh --now", "check": "bash ./tools/check.sh" } }\n',
      )
      .write("tools/deploy.sh", "#!/bin/sh\ntrue\n")
      .write("tools/check.sh", "#!/bin/sh\ntrue\n")
      .write("docs/a.md", "# a\n")
      .write("load/run.sh", "#!/bin/sh\ntrue\n")
      .write("load/Dockerfile", 'FROM x\nCOPY --chmod=755 ./load/run.sh .\nENTRYPOINT ["./run.sh"]\n')
      .write("web/run.sh", "#!/bin/sh\ntrue\n")
      .write("web/Dockerfile", 'FROM x\nCOPY . .\nRUN chmod +x *.sh\nENTRYPOINT ["./run.sh"]\n');
    repo.commit();
    chmodSync(path.join(repo.dir, "docs/a.md"), 0o755);
    const found = await audit(repo.dir, { checks: ["hygiene"] });
    expect(brief(found.findings)).toEqual([
      "medium hygiene/executable-bit tools/deploy.sh:1",
      "info hygiene/executable-bit docs/a.md:1",
    ]);
    expect(found.findings[0]?.fix?.command).toBe("git update-index --chmod=+x -- tools/deploy.sh");
  });
});

describe("what has to follow a change", () => {
  const generated: Files = {
    "api/openapi.yaml": "openapi: 3.1.0\n",
    "api/client.ts": "// Generated from openapi.yaml. Do not edit.\nexport {};\n",
    "api/quote.proto": 'syntax = "proto3";\n',
    "api/quote_pb2.py": "x = 1\n",
  };

  it("finds what was not generated again", async () => {
    expect(await hygiene(generated, { changed: changed("api/openapi.yaml", "api/quote.proto") })).toEqual([
      "medium stale-generated api/client.ts:1",
      "medium stale-generated api/quote_pb2.py:1",
    ]);
    expect(await hygiene(generated, { changed: changed("api/openapi.yaml", "api/client.ts") })).toEqual([]);
  });

  it("warns when a running service has loaded what is staged", async () => {
    const files: Files = {
      "compose.yml":
        "services:\n  proxy:\n    image: nginx\n    volumes:\n      - ./nginx:/etc/nginx/conf.d:ro\n",
      "nginx/site.conf": "listen 80;\n",
      "src/a.js": "1;\n",
    };
    const quick = { mode: "quick" as const, changed: changed("nginx/site.conf") };
    expect(await hygiene(files, quick)).toEqual(["low restart-due nginx/site.conf:1"]);
    expect(await hygiene(files, { ...quick, mode: "full" })).toEqual([]);
    const options = { checks: { hygiene: { restart: { api: ["src/**"] } } } };
    expect(await hygiene(files, { ...quick, changed: changed("src/a.js"), options })).toEqual([
      "low restart-due src/a.js:1",
    ]);
  });
});
