// What a gate needs to run without the engine.
import { tmpdir } from "node:os";

/** A context for live-flows, which starts no process and reads no file here. */
export const gateContext = (over) => ({
  runId: "proof",
  mode: "full",
  env: "ci",
  root: tmpdir(),
  dependenciesRoot: tmpdir(),
  files: [],
  changed: null,
  base: null,
  options: {},
  checks: ["flows"],
  upstream: {},
  history: [],
  secrets: {},
  artifactsDir: tmpdir(),
  signal: new AbortController().signal,
  exec: () => Promise.reject(new Error("this gate starts no process")),
  progress: () => {},
  ...over,
});
