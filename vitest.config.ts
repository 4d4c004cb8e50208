import { defineConfig } from "vitest/config";

const ALL = "test/**/*.test.ts";
/** Puts a module of its own in the place of one of Node's, which must not reach the next file. */
const REPLACING = ["test/engine/run-lock.test.ts"];
const COMMON = {
  // A bound for what hangs, not for what is slow: machines that run the suite differ by a factor of three.
  testTimeout: 90_000,
  hookTimeout: 60_000,
  // Of what is waited for, not of what is proven: pages take their time on a busy machine.
  expect: { poll: { timeout: 15_000 } },
  pool: "forks",
  // What one test says in the environment is not said to the next; nobody else may put anything in its place.
  unstubEnvs: true,
} as const;
/** Each project wants an object of its own. */
const define = () => ({ __VERSION__: JSON.stringify("0.0.0-test"), __BUILD__: JSON.stringify("test") });

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    maxWorkers: 2,
    projects: [
      // One process for many files: loading the modules anew for each of them took a third of the suite.
      {
        define: define(),
        test: { ...COMMON, name: "shared", include: [ALL], exclude: REPLACING, isolate: false },
      },
      { define: define(), test: { ...COMMON, name: "alone", include: REPLACING } },
    ],
    coverage: {
      provider: "v8",
      include: ["modsquad/**", "gates/**"],
      exclude: ["**/*.generated.ts", "**/fixtures/**"],
    },
  },
});
