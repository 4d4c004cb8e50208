// The contract gate on documents nobody here wrote. Needs the network once: the documents come from npm.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";

export const title =
  "Contract: no false verdict on an unmutated mock, mutants killed, large documents compared in time";

const PACKAGES = ["@octokit/openapi@23.0.2", "@stoplight/prism-cli@5.14.2"];
const MUTANTS = Number(process.env.PROVE_MUTANTS ?? 300);
const STOREFRONT = new URL("../examples/storefront/openapi.json", import.meta.url);

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function startPrism(home, file) {
  const port = await freePort();
  const program = path.join(home, "node_modules/@stoplight/prism-cli/dist/index.js");
  const child = spawn(
    process.execPath,
    [program, "mock", "-m", "false", "-h", "127.0.0.1", "-p", String(port), file],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await new Promise((resolve, reject) => {
    // Reading goes on after it is up: a full or closed pipe would stop it.
    child.stdout.on("data", (chunk) => String(chunk).includes("listening") && resolve());
    child.once("exit", (code) => reject(new Error(`prism ended with ${code}`)));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill("SIGTERM") };
}

async function runGate(gate, dir, { baseUrl, base, checks, options = {} }) {
  const context = {
    runId: "prove",
    mode: baseUrl ? "full" : "quick",
    env: "ci",
    root: dir,
    dependenciesRoot: dir,
    files: [],
    changed: null,
    base: base ? { ref: "base", readFile: async () => readFileSync(base) } : null,
    ...(baseUrl ? { baseUrl } : {}),
    options: { document: "openapi.json", disposable: true, ...options },
    checks,
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir: dir,
    signal: new AbortController().signal,
    exec: async () => ({ code: 1, signal: null, stdout: "", stderr: "", truncated: false }),
    progress: () => {},
  };
  const start = performance.now();
  return { result: await gate.run(context), ms: Math.round(performance.now() - start) };
}

/** Every place of a response schema where one constraint can be made to contradict the example served there. */
function* mutations(document) {
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item)) {
      const status = Object.keys(operation.responses ?? {}).find((one) => /^2/.test(one));
      const media = operation.responses?.[status]?.content?.["application/json"];
      if (media?.example === undefined) continue;
      const schema = structuredClone(resolve(document, media.schema));
      yield* inside(document, media, schema, schema, media.example);
    }
  }
}

const resolve = (document, schema) =>
  schema.$ref
    ? schema.$ref
        .slice(2)
        .split("/")
        .reduce((node, key) => node[key], document)
    : schema;

function* inside(document, media, root, schema, value) {
  const apply = (change) => () => {
    const saved = media.schema;
    const before = { ...schema };
    change(schema);
    media.schema = root;
    // The example stays with the served document only: here it would excuse the answer.
    const { example } = media;
    delete media.example;
    const text = JSON.stringify(document);
    media.example = example;
    media.schema = saved;
    for (const key of Object.keys(schema)) delete schema[key];
    Object.assign(schema, before);
    return text;
  };
  if (typeof value === "string") {
    yield apply((one) => {
      one.type = "integer";
    });
    yield apply((one) => {
      one.maxLength = Math.max(0, value.length - 1);
    });
    yield apply((one) => {
      one.minLength = value.length + 1;
    });
    yield apply((one) => {
      one.enum = ["never-sent"];
    });
    yield apply((one) => {
      one.pattern = "^never$";
    });
  }
  if (typeof value === "number") {
    yield apply((one) => {
      one.type = "string";
    });
    yield apply((one) => {
      one.minimum = value + 1;
    });
    yield apply((one) => {
      one.maximum = value - 1;
    });
  }
  if (typeof value === "boolean")
    yield apply((one) => {
      one.type = "string";
    });
  if (Array.isArray(value)) {
    yield apply((one) => {
      one.minItems = value.length + 1;
    });
    yield apply((one) => {
      one.type = "object";
    });
    if (value.length > 0 && schema.items) {
      schema.items = structuredClone(resolve(document, schema.items));
      yield* inside(document, media, root, schema.items, value[0]);
    }
  } else if (value && typeof value === "object") {
    yield apply((one) => {
      one.required = [...(one.required ?? []), "neverSent"];
    });
    for (const [name, inner] of Object.entries(value)) {
      const property = schema.properties?.[name];
      if (!property) continue;
      schema.properties[name] = structuredClone(resolve(document, property));
      yield* inside(document, media, root, schema.properties[name], inner);
    }
  }
}

async function unmutated(gate, home, name, file) {
  const dir = path.join(home, name);
  mkdirSync(dir, { recursive: true });
  cpSync(file, path.join(dir, "openapi.json"));
  const prism = await startPrism(home, path.join(dir, "openapi.json"));
  try {
    const { result, ms } = await runGate(gate, dir, {
      baseUrl: prism.url,
      checks: ["responses"],
      options: { credentials: { bearer: "x" } },
    });
    const wrong = result.findings.filter(({ message }) => message.startsWith("[server wrong]")).length;
    const { exercised = 0, inScope = 0 } = result.metrics.coverage ?? {};
    return {
      ok: wrong === 0,
      line: `${name} served unmutated: ${exercised} of ${inScope} operations exercised, ${wrong} server wrong, ${ms} ms`,
    };
  } finally {
    prism.stop();
  }
}

async function kills(gate, home) {
  const all = [...mutations(JSON.parse(readFileSync(STOREFRONT, "utf8")))].map((make) => make());
  const step = Math.max(1, all.length / MUTANTS);
  const chosen = Array.from(
    { length: Math.min(MUTANTS, all.length) },
    (_, index) => all[Math.floor(index * step)],
  );
  const dir = path.join(home, "mutant");
  mkdirSync(dir, { recursive: true });
  const prism = await startPrism(home, STOREFRONT.pathname);
  let killed = 0;
  try {
    for (const text of chosen) {
      writeFileSync(path.join(dir, "openapi.json"), text);
      const { result } = await runGate(gate, dir, {
        baseUrl: prism.url,
        checks: ["responses"],
        options: { credentials: { bearer: "x" } },
      });
      if (result.findings.some(({ message }) => message.startsWith("[server wrong]"))) killed += 1;
    }
  } finally {
    prism.stop();
  }
  return {
    ok: killed >= chosen.length * 0.95 && chosen.length > 0,
    line: `${killed} of ${chosen.length} single-constraint mutants killed`,
  };
}

function sampled(file, to) {
  const document = JSON.parse(readFileSync(file, "utf8"));
  const paths = Object.entries(document.paths);
  document.paths = Object.fromEntries(
    paths.filter((_, index) => index % Math.floor(paths.length / 160) === 0),
  );
  document.servers = [{ url: "/" }];
  for (const key of ["webhooks", "x-webhooks"]) delete document[key];
  writeFileSync(to, JSON.stringify(document));
}

export async function run() {
  const home = mkdtempSync(path.join(os.tmpdir(), "meta-orch-prove-contract-"));
  try {
    const packages = PACKAGES;
    const installed = spawnSync(
      "npm",
      ["install", "--prefix", home, "--no-audit", "--no-fund", ...packages],
      { encoding: "utf8" },
    );
    if (installed.status !== 0)
      return {
        ok: false,
        lines: [`could not install ${packages.join(", ")}: ${installed.stderr.slice(0, 300)}`],
      };
    const { default: gate } = await import(new URL("../dist/esm/gates/contract.js", import.meta.url).href);
    const github = path.join(home, "node_modules/@octokit/openapi/generated/api.github.com.json");
    const ghes = path.join(home, "node_modules/@octokit/openapi/generated/ghes-3.19.json");
    const dir = path.join(home, "github");
    mkdirSync(dir);
    cpSync(github, path.join(dir, "openapi.json"));
    const { result, ms } = await runGate(gate, dir, { base: ghes, checks: ["schema-diff"] });
    const { breaking, warnings } = result.metrics.diff;
    const outcomes = [
      {
        ok: ms <= 4000,
        line: `GitHub against GHES 3.19: ${breaking} breaking, ${warnings} warnings, ${ms} ms`,
      },
    ];
    sampled(github, path.join(home, "sampled.json"));
    outcomes.push(await unmutated(gate, home, "storefront", STOREFRONT.pathname));
    outcomes.push(await unmutated(gate, home, "github-sampled", path.join(home, "sampled.json")));
    outcomes.push(await kills(gate, home));
    return {
      ok: outcomes.every(({ ok }) => ok),
      lines: outcomes.map(({ ok, line }) => `${ok ? "" : "FAULT: "}${line}`),
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
