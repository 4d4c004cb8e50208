// Prism as a mock of a document, and the contract gate against it.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { gateContext } from "./gate-context.mjs";

export const PRISM = "@stoplight/prism-cli@5.14.2";

/** Installs packages below `home`; null when it went well, else why not. */
export function install(home, packages) {
  // Run by npm, its settings are inherited: what is asked of this project is not asked of theirs.
  const own = ["--no-audit", "--no-fund", "--engine-strict=false", "--loglevel=error"];
  const done = spawnSync("npm", ["install", "--prefix", home, ...own, ...packages], { encoding: "utf8" });
  return done.status === 0 ? null : `could not install ${packages.join(", ")}: ${done.stderr.slice(0, 300)}`;
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts Prism, installed below `home`, as a mock of a document. */
export async function startPrism(home, file) {
  const port = await freePort();
  const program = path.join(home, "node_modules/@stoplight/prism-cli/dist/index.js");
  const child = spawn(
    process.execPath,
    [program, "mock", "-m", "false", "-h", "127.0.0.1", "-p", String(port), file],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  await new Promise((resolve, reject) => {
    // Reading goes on after it is up: a full or closed pipe would stop it.
    child.stdout.on("data", (chunk) => String(chunk).includes("listening") && resolve());
    child.once("exit", (code) => reject(new Error(`Prism cannot serve ${file}: it ended with ${code}`)));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill("SIGTERM") };
}

/** Runs the built gate on the document `openapi.json` of a folder. */
export async function runGate(dir, { baseUrl, checks, options = {} }) {
  const { default: gate } = await import(new URL("../../dist/esm/gates/contract.js", import.meta.url).href);
  const start = performance.now();
  const own = { document: "openapi.json", disposable: true, ...options };
  const result = await gate.run(gateContext({ root: dir, baseUrl, options: own, checks }));
  return { result, ms: Math.round(performance.now() - start) };
}

/** Serves a document by Prism and runs the gate on what it may judge by, the same document unless told otherwise. */
export async function against(home, name, served, judgedBy = served, checks = ["responses"]) {
  const dir = path.join(home, "work", name);
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, "served.json"), JSON.stringify(served));
  writeFileSync(path.join(dir, "openapi.json"), JSON.stringify(judgedBy));
  const schemes = Object.keys(judgedBy.components?.securitySchemes ?? {});
  const credentials = Object.fromEntries(schemes.map((scheme) => [scheme, "user:secret"]));
  const prism = await startPrism(home, path.join(dir, "served.json"));
  try {
    return await runGate(dir, { baseUrl: prism.url, checks, options: { credentials } });
  } finally {
    prism.stop();
  }
}

export const wrongOf = (result, check) =>
  result.findings.filter(
    ({ ruleId, message }) => ruleId.startsWith(`${check}/`) && message.startsWith("[server wrong]"),
  );
