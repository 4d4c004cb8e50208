// What a gate needs to run without the engine.
import { tmpdir } from "node:os";

/** For gates that start no process and are given no list of files: what differs is `over`, such as root and options. */
export const gateContext = (over) => ({
  runId: "proof",
  mode: "full",
  env: "ci",
  root: tmpdir(),
  dependenciesRoot: over.root ?? tmpdir(),
  files: [],
  changed: null,
  base: null,
  options: {},
  checks: [],
  upstream: {},
  history: [],
  secrets: {},
  artifactsDir: over.root ?? tmpdir(),
  signal: new AbortController().signal,
  exec: () => Promise.reject(new Error("this gate starts no process")),
  progress: () => {},
  ...over,
});
