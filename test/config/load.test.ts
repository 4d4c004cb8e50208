import { describe, expect, it } from "vitest";
import type { LoadRequest } from "../../modsquad/config/load.ts";
import { loadConfig, resolveSection } from "../../modsquad/config/load.ts";
import { unknownGates } from "../../modsquad/config/references.ts";
import type { ResolvedConfig } from "../../modsquad/contracts/config.ts";
import { POLICY_DEFAULTS } from "../../modsquad/risk/policy.ts";
import { folderWith } from "./temporary.ts";

async function load(
  files: Record<string, string>,
  request: Partial<LoadRequest> = {},
): Promise<ResolvedConfig> {
  const loaded = await loadConfig({ cwd: folderWith(files), mode: "full", processEnv: {}, ...request });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.value;
}
const yaml = (text: string) => ({ "modsquad.config.yaml": text });

describe("no config at all", () => {
  it("gives the defaults", async () => {
    const config = await load({});
    expect(config).toMatchObject({
      file: null,
      digest: null,
      env: "workstation",
      required: null,
      notApplicable: {},
      gates: {},
      plugins: [],
      waivers: [],
      baseline: null,
      sections: {},
      warnings: [],
      reports: ["text", "json"],
      run: { concurrency: null, failMode: "continue", abortAbovePct: 100, timeoutMs: 600_000, keepRuns: 50 },
    });
    expect(config.risk.targetPct).toBe(0.5);
    expect(config.risk.policy).toEqual(POLICY_DEFAULTS);
    expect(config.risk.policyDigest).toMatch(/^[0-9a-f]{12}$/);
    expect(config).not.toHaveProperty("baseUrl");
  });

  it.each(["", "# only a comment\n", "{}"])("is the same as an empty one (%j)", async (text) => {
    expect((await load(yaml(text))).run).toEqual((await load({})).run);
  });
});

describe("a config", () => {
  it("means the same in every format", async () => {
    const value = {
      run: { timeout: "90s", abortAbove: "30%" },
      gates: { t: { run: "true", needs: ["u"] }, u: { run: "true" } },
    };
    const text = JSON.stringify(value, null, "\t");
    const { digest: _a, file: fileA, root: _ra, ...a } = await load({ "modsquad.config.json": text });
    const {
      digest: _b,
      file: fileB,
      root: _rb,
      ...b
    } = await load({ "modsquad.config.mjs": `export default ${text};\n` });
    const { digest: _c, file: fileC, root: _rc, ...c } = await load(yaml(text.replaceAll("\t", " ")));
    expect([fileA, fileB, fileC]).toEqual([
      "modsquad.config.json",
      "modsquad.config.mjs",
      "modsquad.config.yaml",
    ]);
    expect(b).toEqual(a);
    expect(c).toEqual(a);
  });

  it("turns a command gate into what the engine reads", async () => {
    const text = `gates:
  unit-tests:
    run: "npm test -- \${NAME}"
    parse: junit
    report: out/junit.xml
    inputs: ["src/**"]
    modes: [full]
    area: backend
    timeout: 90s
    retry: { attempts: 2, backoff: 250ms, on: [errored, failed] }
    needs: [lint, { gate: lint, required: true }]
    locks: [database]
    env: [CI]
    envFile: .env.test
    failOn: medium
    defectClasses: { flow: 0.3 }
  lint: { run: biome }
`;
    const { gates } = await load(yaml(text));
    expect(gates["unit-tests"]).toEqual({
      options: {},
      scopeCuts: {},
      timeoutMs: 90_000,
      retry: { attempts: 2, backoffMs: 250, on: ["errored", "failed"] },
      needs: [{ gate: "lint" }, { gate: "lint", required: true }],
      locks: ["database"],
      env: ["CI"],
      failOn: "medium",
      defectClasses: { flow: 0.3 },
      command: {
        run: "npm test -- ${NAME}",
        parse: "junit",
        report: "out/junit.xml",
        inputs: ["src/**"],
        envFile: ".env.test",
        modes: ["full"],
        area: "backend",
        title: "unit-tests",
      },
    });
    expect(gates.lint?.command).toEqual({
      run: "biome",
      parse: "exit-code",
      inputs: "live",
      modes: ["quick", "full"],
      area: "quality",
      title: "lint",
    });
  });

  it("leaves a plugin's options to the plugin, less the keys every gate has", async () => {
    const text = `plugins: [./gates/*]
gates:
  licences: { allow: [MIT], timeout: 5s, exclude: ["vendor/**"], checks: { texts: { depth: 2 }, names: { notApplicable: "one author" } } }
`;
    const { gates, plugins } = await load(yaml(text));
    expect(plugins).toEqual(["./gates/*"]);
    expect(gates.licences).toEqual({
      options: { allow: ["MIT"], exclude: ["vendor/**"], checks: { texts: { depth: 2 }, names: {} } },
      scopeCuts: { names: "one author" },
      timeoutMs: 5000,
    });
  });

  it("merges the policy over its defaults and the command line over both", async () => {
    const text =
      "risk: { target: 0.8, critical: 3, warn: 0.2, maxWarnings: 5, policy: { hazard: { high: 0.02 } } }\n";
    const { risk } = await load(yaml(text));
    expect(risk.targetPct).toBe(0.8);
    expect(risk.policy).toEqual({
      ...POLICY_DEFAULTS,
      target_pct: 0.8,
      critical_pct: 3,
      warn_pct: 0.2,
      max_warnings: 5,
      hazard: { ...POLICY_DEFAULTS.hazard, high: 0.02 },
    });
    const flagged = await load(yaml(text), { riskTarget: 0 });
    expect(flagged.risk.targetPct).toBe(0);
    expect(flagged.risk.policy.target_pct).toBe(0);
    expect(flagged.risk.policyDigest).not.toBe(risk.policyDigest);
  });

  it("understands merge keys", async () => {
    const text = 'gates:\n  a: &slow { run: "true", timeout: 9s }\n  b: { <<: *slow, run: "false" }\n';
    const { gates } = await load(yaml(text));
    expect(gates.b).toMatchObject({ timeoutMs: 9000, command: { run: "false" } });
  });
});

describe("the environment", () => {
  const text =
    'baseUrl: { workstation: "http://127.0.0.1:3000", ci: "${PREVIEW_URL}", qa: "http://qa.example.com" }\n';

  it.each([
    [{}, "workstation"],
    [{ CI: "true" }, "ci"],
    [{ CI: "1" }, "ci"],
    [{ CI: "false" }, "workstation"],
    [{ CI: "0" }, "workstation"],
    [{ CI: "" }, "workstation"],
  ])("follows CI (%j)", async (processEnv, env) => {
    expect((await load({}, { processEnv })).env).toBe(env);
  });

  it("chooses the base URL, and needs only that one's variable", async () => {
    expect((await load(yaml(text))).baseUrl).toBe("http://127.0.0.1:3000");
    const ci = await load(yaml(text), { processEnv: { CI: "1", PREVIEW_URL: "https://p.example.com/x" } });
    expect(ci.baseUrl).toBe("https://p.example.com/x");
    // The address itself is no secret: a report that hides it cannot be followed.
    expect(ci.variables).toEqual([]);
    expect((await load(yaml(text), { env: "ci", baseUrl: "http://other.example.com" })).baseUrl).toBe(
      "http://other.example.com",
    );
  });

  it("knows an environment that the config mentions, and warns when the base URL has no entry for one", async () => {
    expect((await load(yaml(text), { env: "qa" })).baseUrl).toBe("http://qa.example.com");
    const staging = await load(yaml(text), { env: "staging" });
    expect(staging).not.toHaveProperty("baseUrl");
    expect(staging.warnings.join()).toMatch(/baseUrl has no entry for the environment staging/);
  });
});

describe("variables", () => {
  const text = `plugins: [./p]
notApplicable: { gone: none }
gates:
  a: { url: "\${A}" }
  gone: { url: "\${NEVER}" }
  services: { db: { postgres: "\${PROD_DB}", environments: [production] } }
`;

  it("are needed only by gates that run, in environments that are meant", async () => {
    const config = await load(yaml(text), { processEnv: { A: "x" } });
    expect(config.gates.a?.options).toEqual({ url: "x" });
    expect(config.gates.gone?.options).toEqual({ url: "${NEVER}" });
    expect((await load(yaml(text), { skips: ["a"] })).gates.a?.options).toEqual({ url: "${A}" });
    expect((await load(yaml(text), { gates: ["services"] })).env).toBe("workstation");
    await expect(load(yaml(text), { env: "production", processEnv: { A: "x" } })).rejects.toThrow(/PROD_DB/);
    await expect(load(yaml(text))).rejects.toThrow(/variable A, which is not set/);
  });

  it("are only warned about when nothing is to run", async () => {
    expect((await load(yaml(text), { lenient: true })).warnings.join()).toMatch(
      /variable A, which is not set/,
    );
  });

  it("of a section are filled in by who reads it", async () => {
    const config = await load(yaml('channels: { ops: { type: slack, url: "${SLACK_URL}" } }\n'));
    expect(config.sections).toEqual({ channels: { ops: { type: "slack", url: "${SLACK_URL}" } } });
    const filled = resolveSection(config, "channels", { SLACK_URL: "https://x" });
    expect(filled).toEqual({ ok: true, value: { ops: { type: "slack", url: "https://x" } } });
    const missing = resolveSection(config, "channels", {});
    expect(!missing.ok && missing.problems[0]?.what).toMatch(/channels\.ops\.url.*SLACK_URL/);
  });
});

describe("waivers and baseline", () => {
  const files = {
    "modsquad.config.yaml": 'gates: { lint: { run: "true" } }\n',
    "modsquad.waivers.yaml":
      '- { gate: lint, owner: ana, reason: "seen", until: 2026-12-01, env: pre-prod, why: not-run }\n- { fingerprint: "lint:9f2c", owner: bo, reason: r, until: 2026-11-30 }\n',
    "modsquad.baseline.json":
      '{ "schema": "meta-orch/baseline@1", "created": "2026-11-21", "findings": { "lint": ["9f2c"] } }',
  };

  it("are read in full", async () => {
    const config = await load(files, { env: "pre-prod" });
    expect(config.waivers).toEqual([
      { gate: "lint", owner: "ana", reason: "seen", until: "2026-12-01", env: "pre-prod", why: "not-run" },
      { gate: null, fingerprint: "lint:9f2c", owner: "bo", reason: "r", until: "2026-11-30" },
    ]);
    expect(config.baseline).toEqual({ created: "2026-11-21", findings: { lint: ["9f2c"] } });
  });

  it("may be empty", async () => {
    expect((await load({ "modsquad.waivers.yaml": "# none yet\n" })).waivers).toEqual([]);
  });

  it("belong to the digest as much as the config, and nothing else does", async () => {
    const digests = new Set<string | null>([(await load(files)).digest]);
    for (const name of Object.keys(files)) {
      const changed = { ...files, [name]: `${files[name as keyof typeof files]} ` };
      digests.add((await load(changed)).digest);
    }
    expect(digests.size).toBe(4);
    expect((await load({ ...files, "other.txt": "x" })).digest).toBe((await load(files)).digest);
  });

  it("name gates the plan can check once plugins are known", async () => {
    const text = "plugins: [./p]\nrequired: [licences]\ngates: { licences: {} }\n";
    const config = await load({
      ...yaml(text),
      "modsquad.waivers.yaml": "- { gate: licence, owner: a, reason: r, until: 2026-12-01 }\n",
    });
    expect(unknownGates(config, ["licences"])).toEqual([
      {
        what: 'There is no gate "licence"',
        where: "modsquad.waivers.yaml",
        next: 'Did you mean "licences"? Known gates: licences.',
      },
    ]);
  });
});
