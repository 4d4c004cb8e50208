/** Starts a variant of the storefront as its own process, the way a person would. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
export const STOREFRONT = join(REPOSITORY, "examples", "storefront");

export interface Defect {
  id: string;
  title: string;
  gate: string;
  check: string;
  rule: string;
  file: string;
  how: string;
  target?: string;
}

interface VariantModule {
  buildVariant(variant: string, folder: string): Promise<Defect[]>;
  listDefects(): Defect[];
}

export const variants = (await import(join(STOREFRONT, "variant.mjs"))) as VariantModule;

/** A folder that is gone after the test; `dispose` removes it. */
export function scratch(): { path: string; dispose: () => void } {
  const path = mkdtempSync(join(tmpdir(), "storefront-test-"));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Server {
  url: string;
  process: ChildProcess;
  stderr: () => string;
  /** Sends SIGTERM; resolves with the exit code, or with the signal that ended it. */
  stop: () => Promise<number | string>;
}

/** The variables the storefront reads, removed: the tests must not depend on the caller's shell. */
function neutralEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  const declared = readFileSync(join(STOREFRONT, ".env.example"), "utf8").matchAll(/^([A-Z][A-Z0-9_]*)=/gm);
  for (const [, name] of declared) delete env[name!];
  return env;
}

/** Rejects with what it wrote to stderr when it ends before it is ready. */
export function startServer(folder: string, settings: Record<string, string> = {}): Promise<Server> {
  const env = { ...neutralEnvironment(), ...settings };
  const child = spawn(process.execPath, ["server.mjs", "--port", "0"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr!.on("data", (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return new Promise((resolve, reject) => {
    ended.then((how) => reject(new Error(`ended with ${how}: ${errors}`)));
    createInterface({ input: child.stdout! }).once("line", (line) => {
      const { url } = JSON.parse(line) as { url: string };
      resolve({ url, process: child, stderr: () => errors, stop });
    });
  });
}

export const CREDENTIALS = { email: "ana@example.com", password: "let-me-browse" };

export async function signIn(url: string): Promise<Record<string, string>> {
  const answer = await post(url, "/api/login", CREDENTIALS);
  const { token } = (await answer.json()) as { token: string };
  return { authorization: `Bearer ${token}` };
}

export function post(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
  return fetch(url + path, init);
}

/** Places an order of one product; answers its number in the feed. */
export async function placeOrder(
  url: string,
  headers: Record<string, string>,
  productId: string,
): Promise<number> {
  const cart = (await (await post(url, "/api/carts", { items: [{ productId, quantity: 1 }] })).json()) as {
    id: string;
  };
  const order = (await (await post(url, "/api/orders", { cartId: cart.id }, headers)).json()) as {
    seq: number;
  };
  return order.seq;
}
