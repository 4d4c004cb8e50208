import { describe, expect, it } from "vitest";
import { applyFixes, audit, folderWith, isExact } from "./support.ts";

type Files = Record<string, string>;

const PYPROJECT = `[project]
name = "shop"
dependencies = [
  "requests>=2.28,<3",
  "attrs ~= 23.1",
]

[project.scripts]
shop = "shop.cli:main"
`;
const FILES: Files = {
  "pyproject.toml": PYPROJECT,
  "requirements.txt": "requests==2.31.0\nattrs==23.1.5\n",
  "src/shop/__init__.py": "",
  "src/shop/cli.py": "def main(): ...\n",
};

async function found(files: Files): Promise<string[]> {
  const { findings } = await audit(folderWith(files), { checks: ["config-consistency"] });
  for (const finding of findings) expect(isExact(finding.fix)).toBe(true);
  return findings.map(
    ({ severity, ruleId, location }) =>
      `${severity} ${ruleId.replace("config-consistency/", "")} ${location?.path}:${location?.line}`,
  );
}

const withText = (file: string, from: string, to: string): Files => {
  expect(FILES[file]).toContain(from);
  return { ...FILES, [file]: FILES[file]!.replace(from, to) };
};

describe("Python projects", () => {
  it("are silent when their commands and pins fit", async () => {
    expect(await found(FILES)).toEqual([]);
  });

  it.each([
    ["a command whose module is not there", withText("pyproject.toml", "shop.cli:", "shop.commands:")],
    ["a command whose module was renamed", withText("pyproject.toml", "shop.cli:", "shop.clii:")],
    ["a command whose package was renamed", withText("pyproject.toml", "shop.cli:", "shopp.cli:")],
  ])("say %s", async (_what, files) => {
    expect(await found(files)).toEqual(["high unknown-module pyproject.toml:9"]);
  });

  it.each([
    ["2.27.1", "requirements.txt:1", "requests==2.31.0", "requests==2.27.1"],
    ["24.1", "requirements.txt:2", "attrs==23.1.5", "attrs==24.1"],
  ])("say a pin to %s outside of what is asked for", async (_version, place, from, to) => {
    expect(await found(withText("requirements.txt", from, to))).toEqual([
      `high requirements-mismatch ${place}`,
    ]);
  });

  it("understand Poetry", async () => {
    const poetry =
      '[tool.poetry]\nname = "shop"\n\n[tool.poetry.dependencies]\npython = "^3.11"\nrequests = "^2.28"\n\n[tool.poetry.scripts]\nshop = "shop.cli:main"\n';
    const files = { ...FILES, "pyproject.toml": poetry };
    expect(await found(files)).toEqual([]);
    expect(await found({ ...files, "requirements.txt": "requests==3.0.0\n" })).toEqual([
      "high requirements-mismatch requirements.txt:1",
    ]);
  });

  it("leave alone what comes from elsewhere, is compiled, or is pinned for another purpose", async () => {
    expect(await found(withText("pyproject.toml", "shop.cli:", "uvicorn.main:"))).toEqual([]);
    const compiled = { ...withText("pyproject.toml", "shop.cli:", "shop.fast:"), "src/shop/fast.pyx": "" };
    expect(await found(compiled)).toEqual([]);
    expect(await found({ ...FILES, "requirements-docs.txt": "requests==1.0.0\n" })).toEqual([]);
  });

  it("are mended by the edit of a module that was renamed", async () => {
    const dir = folderWith(withText("pyproject.toml", "shop.cli:", "shop.clii:"));
    applyFixes(dir, (await audit(dir, { checks: ["config-consistency"] })).findings);
    expect((await audit(dir, { checks: ["config-consistency"] })).findings).toEqual([]);
  });
});
