// The contract gate in a warm process: GitHub's document against a GHES version, and the healthy storefront in full.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gateContext } from "../prove/lib/gate-context.mjs";
import { install } from "../prove/lib/prism.mjs";

export const title = "contract: GitHub's 13 MB against GHES, and the healthy storefront";

const root = fileURLToPath(new URL("..", import.meta.url));
const DOCUMENTS = "@octokit/openapi@23.0.2";

async function timed(work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const wall = Math.round(performance.now() - start);
  const { user, system } = process.cpuUsage(cpu);
  return { result, wall, cpu: Math.round((user + system) / 1000) };
}

async function large(gate, folder) {
  const failed = install(folder, [DOCUMENTS]);
  if (failed) return [failed];
  const generated = join(folder, "node_modules/@octokit/openapi/generated");
  const dir = join(folder, "github");
  mkdirSync(dir);
  cpSync(join(generated, "api.github.com.json"), join(dir, "openapi.json"));
  cpSync(join(generated, "ghes-3.19.json"), join(dir, "base.json"));
  const options = { document: "openapi.json", base: "base.json" };
  const context = gateContext({ root: dir, options, checks: ["schema-diff"] });
  const parse = await timed(async () => JSON.parse(readFileSync(join(dir, "openapi.json"), "utf8")));
  const { result, wall, cpu } = await timed(() => gate.run(context));
  const { breaking, warnings } = result.metrics.diff;
  return [
    `GitHub against GHES 3.19: ${wall} ms, ${cpu} ms CPU (${(cpu / Math.max(1, parse.cpu)).toFixed(1)} x reading the document as JSON), ${breaking} breaking, ${warnings} warnings`,
  ];
}

async function storefront(gate, folder) {
  const dir = join(folder, "storefront");
  mkdirSync(dir);
  cpSync(join(root, "examples/storefront/openapi.json"), join(dir, "openapi.json"));
  const child = spawn(process.execPath, [join(root, "examples/storefront/server.mjs")], {
    cwd: join(root, "examples/storefront"),
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const baseUrl = await new Promise((resolve, reject) => {
      child.stdout.on("data", (chunk) => {
        const found = /http:\/\/[\w.]+:\d+/.exec(String(chunk));
        if (found) resolve(found[0]);
      });
      child.once("exit", (code) => reject(new Error(`the storefront ended with ${code}`)));
    });
    const login = { path: "/api/login", body: { email: "ana@example.com", password: "let-me-browse" } };
    const options = { document: "openapi.json", disposable: true, login };
    const checks = ["responses", "negative", "auth"];
    const { result, wall } = await timed(() =>
      gate.run(gateContext({ root: dir, baseUrl, options, checks })),
    );
    const { operations, exercised } = result.metrics.coverage;
    return [
      `storefront: ${wall} ms for ${exercised} of ${operations} operations, ${result.metrics.requests} requests, ${result.findings.length} findings; ${Math.round((wall / operations) * 200)} ms per 200 operations`,
    ];
  } finally {
    child.kill("SIGTERM");
  }
}

export async function run() {
  const gate = (await import(pathToFileURL(join(root, "dist/esm/gates/contract.js")).href)).default;
  const folder = mkdtempSync(join(tmpdir(), "contract-bench-"));
  try {
    return [...(await storefront(gate, folder)), ...(await large(gate, folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
