import { describe, expect, it } from "vitest";
import { proposeConfig } from "../../modsquad/config/propose.ts";
import { proposeCommands } from "../../modsquad/config/stack.ts";

const commands = (files: Record<string, string>) =>
  proposeCommands(Object.keys(files), (path) => files[path] ?? null).map(({ id, run }) => `${id}: ${run}`);

describe("the commands of a repository", () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      "npm",
      { "package.json": '{"scripts":{"test":"vitest","tsc":"tsc"}}' },
      ["unit-tests: npm run test", "types: npm run tsc"],
    ],
    [
      "pnpm",
      { "package.json": '{"scripts":{"lint":"eslint"}}', "pnpm-lock.yaml": "" },
      ["lint: pnpm run lint"],
    ],
    ["a placeholder", { "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\""}}' }, []],
    ["broken JSON", { "package.json": "{" }, []],
    [
      "Python",
      { "pyproject.toml": "[tool.ruff]\npytest" },
      ["unit-tests: python -m pytest -q", "lint: ruff check ."],
    ],
    [
      "Python without pytest",
      { "setup.py": "", "tests/test_a.py": "" },
      ["unit-tests: python -m unittest discover -s tests"],
    ],
    ["Go", { "go.mod": "module x", "a.go": "" }, ["go-vet: go vet ./...", "unit-tests: go test ./..."]],
    ["Gradle", { "build.gradle.kts": "", gradlew: "" }, ["unit-tests: ./gradlew test"]],
    [
      "folders below the top",
      { "web/package.json": '{"scripts":{"test":"vitest"}}', "api server/Cargo.toml": "" },
      [
        "unit-tests-web: cd web && npm run test",
        "unit-tests-api-server: cd 'api server' && cargo test --quiet",
      ],
    ],
    ["nothing known", { "README.md": "" }, []],
  ])("%s", (_name, files, expected) => expect(commands(files)).toEqual(expected));
});

it("a gate whose program is not here is proposed as a comment", () => {
  const command = {
    id: "lint",
    run: "ruff check .",
    program: "ruff",
    reason: "pyproject.toml: it configures ruff",
  };
  const text = proposeConfig({ gates: [], commands: [command], missing: new Set(["ruff"]) });
  expect(text).toMatch(
    /# gates:\n.*off because ruff is not on PATH here\n {2}# lint: \{ run: "ruff check \."/,
  );
});
