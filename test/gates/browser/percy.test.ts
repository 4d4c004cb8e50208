/** Percy, driven: a stand-in for its CLI speaks the protocol of the real one; `npm run prove browser-percy` has the real one. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Visit } from "../../../gates/browser/page-check.ts";
import { percyCheck } from "../../../gates/browser/percy/check.ts";
import { folderWith } from "../../config/temporary.ts";
import { makeExec } from "../run-gate.ts";
import { type Ground, openGround } from "./chromium.ts";

/** What the real one prints and answers, measured with @percy/cli 1.32.11. */
const STAND_IN = `#!/usr/bin/env node
const http = require("node:http");
const mode = process.env.PERCY_CLIENT_API_URL;
const [command, , port] = process.argv.slice(2);
const names = [];
if (process.env.PERCY_TOKEN !== "token-of-the-test") throw new Error("no token");
if (command === "build:wait") {
  console.log(mode === "changed" ? "[percy] Found 2 changes" : mode === "never" ? "[percy] Error: render timeout" : "[percy] Found 0 changes");
  process.exit(mode === "changed" || mode === "never" ? 1 : 0);
}
if (mode === "no-build") {
  console.error("[percy] Error: Invalid token");
  process.exit(1);
}
http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    const end = (text) => response.end(text);
    if (request.url === "/percy/healthcheck") return end(JSON.stringify({ success: true, build: { id: "77" } }));
    if (request.url === "/percy/dom.js") return end("window.PercyDOM = { serialize: () => ({ html: document.documentElement.outerHTML }) }");
    if (request.url === "/percy/snapshot") {
      const { name, domSnapshot, widths } = JSON.parse(body);
      names.push(name + " " + widths + " " + /Spring tea/.test(domSnapshot.html));
      return end("{}");
    }
    end("{}");
    for (const name of names) console.log("[percy] Snapshot taken: " + name);
    if (mode === "no-upload") console.log("[percy] Encountered an error uploading snapshot: " + names[0] + "\\n[percy] Error: quota exceeded");
    console.log("[percy] Finalized build #5: http://percy.example/builds/77");
    process.exit(0);
  });
}).listen(Number(port), "127.0.0.1");
`;

let ground: Ground;
let visit: Visit;
beforeAll(async () => {
  ground = await openGround();
  ground.pages.set("/tea", "<!doctype html><title>Tea</title><main>Spring tea</main>");
  visit = await ground.visit("/tea");
});
afterAll(() => ground.close());

function project(mode: string | null) {
  const root = folderWith({}, { git: false });
  const bin = path.join(root, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  if (mode) writeFileSync(path.join(bin, "percy"), STAND_IN);
  if (mode) chmodSync(path.join(bin, "percy"), 0o755);
  const exec = makeExec(root, new AbortController().signal);
  return percyCheck({
    exec: (file, args, options) =>
      exec(file, args, { ...options, env: { ...options?.env, PERCY_CLIENT_API_URL: mode ?? "" } }),
    dependenciesRoot: root,
    token: "token-of-the-test",
    executable: "/usr/bin/chromium",
  });
}

describe.skipIf(process.platform === "win32")("with a token, Percy compares", () => {
  it.concurrent.each([
    ["same", "passed", undefined, /no change that is not approved \(http:\/\/percy\.example\/builds\/77\)/],
    ["changed", "failed", "differs", /Percy found 2 changes: http:\/\/percy\.example/],
    ["no-upload", "errored", "percy-build", /no complete Percy build: .*quota exceeded/],
    ["never", "errored", "percy-build", /no result for http.*render timeout/],
  ])("%s: %s", async (mode, status, failureClass, words) => {
    const check = project(mode);
    expect(await check.run(visit)).toMatchObject({ status: "passed" });
    const verdict = await check.end!(30_000);
    expect(verdict).toMatchObject({ status, ...(failureClass ? { failureClass } : {}) });
    expect(verdict!.message).toMatch(words);
  });

  it.each([
    ["no-build", /ended before there was a build \(Error: Invalid token\)/],
    [null, /PERCY_TOKEN is set and there is no Percy CLI. Run: npm install --save-dev @percy\/cli@/],
  ])("%s: errored, and what to do", async (mode, words) => {
    const check = project(mode);
    if (!mode) vi.stubEnv("PATH", "");
    const outcome = await check.run(visit);
    expect(outcome).toMatchObject({ status: "errored", failureClass: "percy" });
    expect(outcome.message).toMatch(words);
    expect(await check.end!(1000)).toBeNull();
  });
});
