import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  installedBy,
  mentionedModules,
} from "../../../gates/repo-audit/checks/dependencies/python/imports.ts";
import { readLock } from "../../../gates/repo-audit/checks/dependencies/python/locked.ts";
import { areAlike } from "../../../gates/repo-audit/checks/dependencies/python/names.ts";
import { audit, findingsIn, folderWith } from "./support.ts";

const CHECK = "dependencies";
type Files = Record<string, string>;

const told = async (files: Files): Promise<string[]> =>
  (await findingsIn(files, CHECK))
    .filter(({ ruleId }) => /missing|unused/.test(ruleId))
    .map(
      ({ severity, ruleId, location, message }) =>
        `${severity} ${ruleId.slice(CHECK.length + 1)} ${location?.path}:${location?.line} ${message.split(" ")[0]}`,
    );

const DECLARED: [string, Files][] = [
  ["PEP 621", { "pyproject.toml": '[project]\nname = "shop"\ndependencies = [\n  "flask>=3",\n]\n' }],
  ["Poetry", { "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3"\n' }],
  [
    "a dependency group",
    { "pyproject.toml": '[project]\nname = "shop"\n[dependency-groups]\nweb = ["flask"]\n' },
  ],
  ["requirements", { "requirements.txt": "-r base.txt\nFlask[async]==3.0.3  # web\n" }],
  ["a folder of requirements", { "requirements/base.txt": "flask\n" }],
  ["a repository address", { "requirements.txt": "git+https://github.com/pallets/flask.git@3.0\n" }],
  ["setup.cfg", { "setup.cfg": "[options]\ninstall_requires =\n    flask>=3\n" }],
  ["setup.py", { "setup.py": "setup(name='shop', install_requires=['flask>=3'])\n" }],
  ["Pipfile", { Pipfile: '[packages]\nflask = "*"\n' }],
  ["conda", { "environment.yml": "dependencies:\n  - flask=3\n" }],
];

describe("what Python imports and declares", () => {
  it.each(DECLARED)("reads %s, and names what is not there", async (_what, files) => {
    const found = await findingsIn(
      { ...files, "shop/app.py": "import os\nimport flask\nimport yaml\n" },
      CHECK,
    );
    const missing = found.filter(({ ruleId }) => ruleId === "dependencies/missing");
    expect(
      missing.map(({ severity, location }) => `${severity} ${location?.path}:${location?.line}`),
    ).toEqual(["medium shop/app.py:3"]);
    expect(missing[0]?.message).toMatch(/^yaml is imported, and .+ does not declare pyyaml/i);
  });

  const manifest = { "requirements.txt": "flask==3.0.3\n", "app.py": "import flask\n" };

  it.each([
    ["Python itself, of any version", "import tomllib, distutils.core\nfrom urllib import request\n"],
    ["an import that may fail", "try:\n    import yaml\nexcept ImportError:\n    yaml = None\n"],
    ["a type", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import yaml\n"],
    ["something only one function needs", "def load():\n    import yaml\n    return yaml\n"],
    ["a string", 'USAGE = """\nimport yaml\n"""\n'],
    ["a neighbour", "from . import yaml\n"],
    ["what another program gives", "import bpy\nimport win32api\n"],
    ["what the framework is built on", "from werkzeug.exceptions import NotFound\nimport jinja2\n"],
  ])("is silent about %s", async (_what, text) => {
    expect(await told({ ...manifest, "shop.py": text })).toEqual([]);
  });

  it.each([
    ["src layout", { "src/shop/__init__.py": "", "src/shop/api.py": "from shop import db\n" }],
    ["a namespace package", { "libs/acme/billing/core.py": "", "app2.py": "import acme.billing\n" }],
    ["a module beside it", { "jobs/helpers.py": "", "jobs/run.py": "import helpers\n" }],
    ["what is made from a .proto file", { "api/quote_pb2.pyi": "", "api/a.py": "import quote_pb2\n" }],
    ["tests and scripts", { "tests/test_a.py": "import yaml\n", "scripts/a.py": "import yaml\n" }],
    [
      "what a Dockerfile installs",
      { Dockerfile: "RUN pip install --no-cache-dir PyYAML\n", "b.py": "import yaml\n" },
    ],
  ])("knows its own: %s", async (_what, files) => {
    expect(await told({ ...manifest, ...files })).toEqual([]);
  });

  it("adds a line to requirements whose last one does not end", async () => {
    const dir = folderWith({ "requirements.txt": "flask==3.0.3", "app.py": "import flask\nimport yaml\n" });
    const [finding] = (await audit(dir, { checks: [CHECK] })).findings;
    execFileSync("sh", ["-c", finding!.fix!.command!], { cwd: dir });
    expect(readFileSync(path.join(dir, "requirements.txt"), "utf8")).toMatch(/^flask==3\.0\.3\npyyaml\n?$/);
  });

  it("says less where another package brings it", async () => {
    const files = {
      "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask"]\n',
      "uv.lock":
        '[[package]]\nname = "flask"\nversion = "3"\n\n[[package]]\nname = "pyyaml"\nversion = "6"\n',
      "app.py": "import flask\nimport yaml\n",
    };
    const found = await findingsIn(files, CHECK);
    expect(found).toMatchObject([{ severity: "low", fix: { command: "uv add pyyaml" } }]);
  });

  it("says nothing where too many names lead nowhere", async () => {
    const text = Array.from({ length: 8 }, (_, at) => `import unknown${at}\n`).join("");
    expect(await told({ ...manifest, "a.py": text })).toEqual([]);
    expect(await told({ "a.py": text })).toEqual([]);
  });

  it("judges the imports of the change in quick mode", async () => {
    const dir = folderWith({ ...manifest, "a.py": "import yaml\n", "b.py": "import bs4\n" });
    const changed = [{ path: "b.py", status: "M" as const }];
    const { findings } = await audit(dir, { checks: [CHECK], mode: "quick", changed });
    expect(findings.map(({ location }) => location?.path)).toEqual(["b.py"]);
  });

  it("gives up on a manifest that is no TOML, by name", async () => {
    const { checks } = await audit(folderWith({ "pyproject.toml": "[project\n", "a.py": "import yaml\n" }), {
      checks: [CHECK],
    });
    expect(checks[0]?.message).toContain("pyproject.toml: cannot be read");
  });
});

describe("what Python declares and does not use", () => {
  const files = { "requirements.txt": "flask==3.0.3\nPyYAML==6.0\n", "app.py": "import flask\n" };

  it("is named, with a command that takes it out", async () => {
    expect(await told(files)).toEqual(["low unused requirements.txt:2 pyyaml"]);
    const dir = folderWith({ ...files, "requirements.txt": "flask==3.0.3\nsix-pack==1\nstripe==9\n" });
    const [finding] = (await audit(dir, { checks: [CHECK] })).findings.filter(({ message }) =>
      /^stripe/.test(message),
    );
    execFileSync("sh", ["-c", finding!.fix!.command!], { cwd: dir });
    expect(readFileSync(path.join(dir, "requirements.txt"), "utf8")).toBe("flask==3.0.3\nsix-pack==1\n");
  });

  it.each([
    ["imported by a test only", { "tests/test_a.py": "import yaml\n" }],
    ["spoken of in settings", { "settings.toml": 'loader = "yaml.safe"\n' }],
    ["a driver", { "requirements.txt": "flask\npsycopg2-binary\ngunicorn\n" }],
    ["explained by a comment", { "requirements.txt": "flask\n# for the importer of 2019\nstripe\n" }],
    ["frozen by a tool", { "requirements.txt": "# autogenerated by pip-compile\nflask\nstripe\n" }],
    [
      "needed by another package, and declared for its version",
      {
        "requirements.txt": "flask\n",
        "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask", "stripe"]\n',
        "uv.lock":
          '[[package]]\nname = "shop"\nsource = { virtual = "." }\ndependencies = [\n    { name = "stripe" },\n]\n\n[[package]]\nname = "dj-stripe"\ndependencies = [\n    { name = "stripe" },\n]\n',
      },
    ],
  ])("is not what is %s", async (_what, more: Files) => {
    expect(await told({ ...files, ...more })).toEqual([]);
  });
});

describe("the readers", () => {
  it("know modules, installs and locks", () => {
    expect(mentionedModules("import os, yaml as y, a.b.c.d\nfrom .x import y\nfrom bs4 import z\n")).toEqual([
      "yaml",
      "a.b.c",
      "bs4",
    ]);
    expect(
      installedBy("RUN apt-get install python3-lxml && pip install -U 'Flask>=3' \\\n  gunicorn\n"),
    ).toEqual(["lxml", "flask", "gunicorn"]);
    const { names, needed } = readLock(
      '[[package]]\nname = "A_b"\n\n[package.dependencies]\nC = ">=1"\n"d.e" = "*"\n',
    );
    expect([...names, ...needed]).toEqual(["a-b", "c", "d-e"]);
    expect(areAlike("corsheaders", "django-cors-headers")).toBe(true);
    expect(areAlike("cas", "python-cas")).toBe(true);
    expect(areAlike("yaml", "flask")).toBe(false);
  });
});
