/** For each rule the smallest repository in which it has something to say. */
import { chmodSync, symlinkSync } from "node:fs";
import path from "node:path";
import type { RunGateOptions } from "../run-gate.ts";
import { Letters } from "./secret-samples.ts";

export interface RuleCase {
  files: Record<string, string>;
  options?: (dir: string) => RunGateOptions;
  /** What files cannot say: links, bits. */
  prepare?: (dir: string) => void;
  /** What the finding is about, when it is no line. */
  about?: "file" | "repository";
  /** The words of its message that say why it has its severity, where the table of reasons does not. */
  reason?: string;
}

type Files = Record<string, string>;

const letters = new Letters(41);
const made = letters.b62(32);
const word = `${letters.b62(10)}${letters.digits(2)}`;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const compose = (body: string): string => `services:\n${body}`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const SECRETS: Record<string, RuleCase> = {
  "authorization-header": {
    reason: "whoever sends it is let in",
    files: { "src/a.py": `h = {"Authorization": "Token ${made}"}\n` },
  },
  "basic-credential": {
    reason: "anybody can decode it",
    files: { "src/a.py": `h = "Basic ${base64(`deploy:${word}`)}"\n` },
  },
  "command-credential": {
    reason: "whoever runs it is let in",
    files: { "deploy.sh": `curl -u deploy:${word} https://ci.example.org/\n` },
  },
  "feed-password": {
    reason: "can take and put packages",
    files: {
      "nuget.config": `<configuration><packageSourceCredentials><feed>\n<add key="ClearTextPassword" value="${word}" />\n</feed></packageSourceCredentials></configuration>\n`,
    },
  },
  "generic-credential": {
    reason: "it looks random",
    files: { "src/a.js": `const apiSecret = "${made}";\n` },
  },
  "key-store": { about: "file", reason: "behind one password", files: { "keys/live.p12": "x" } },
  "kubernetes-secret": {
    reason: "anybody can decode it",
    files: {
      "k8s/s.yaml": `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: ${base64(`${word}xx`)}\n`,
    },
  },
  "local-url-password": {
    reason: "only what reaches this machine",
    files: { "src/a.py": `db = "postgres://shop:${word}@localhost/shop"\n` },
  },
  "password-hash": {
    reason: "can be guessed",
    files: { "users.sql": `insert into u values ('$2b$12$${letters.b62(53)}');\n` },
  },
  "stored-credential": {
    reason: "programs sign in with it",
    files: { ".netrc": `machine ci.example.org login deploy password ${word}\n` },
  },
  "terraform-password": {
    reason: "the resource is made with",
    files: { "db.tf": `resource "aws_db_instance" "a" {\n  password = "${word}"\n}\n` },
  },
  "url-password": {
    reason: "can sign in",
    files: { "src/a.py": `db = "postgres://shop:${word}@db.shop.org/shop"\n` },
  },
  "weak-password": {
    reason: "short enough to be guessed",
    files: { "src/a.py": `db_password = "${"sommer"}2019"\n` },
  },
};

const NODE = 'FROM node:20\nCOPY . .\nCMD ["node", "server.js"]\n';
const CHART: Files = {
  "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
  "chart/values.yaml": "service:\n  port: 80\n",
};
const env = (key: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: api\n          env:\n            - name: LEVEL\n              valueFrom:\n                configMapKeyRef:\n                  name: api\n                  key: ${key}\n`;

const CONFIG: Record<string, RuleCase> = {
  "cors-credentials": {
    reason: "opens the session to every site",
    files: {
      "server.js": 'const cors = require("cors");\napp.use(cors({ origin: "*", credentials: true }));\n',
    },
  },
  "cors-origin": {
    files: {
      "client/vite.config.js": "export default { server: { port: 3200 } };\n",
      "api/app.py":
        'origins = ["http://localhost:3100"]\napp.add_middleware(CORSMiddleware, allow_origins=origins)\n',
    },
  },
  "env-undeclared": {
    reason: "it has no default",
    files: {
      ".env.example": "SHOP_LOCALE=de\n",
      "a.js": "use(process.env.SHOP_LOCALE, process.env.SHOP_CURRENCY);\n",
    },
  },
  "env-unused": {
    files: {
      ".env.example": "SHOP_CURRENCY=EUR\nSHOP_LOCALE=de\n",
      "a.js": "use(process.env.SHOP_LOCALE);\n",
    },
  },
  "healthcheck-port": {
    files: { Dockerfile: `${NODE}EXPOSE 3000\nHEALTHCHECK CMD curl -f http://127.0.0.1:3001/ready\n` },
  },
  "image-mismatch": {
    files: {
      ".github/workflows/ci.yml":
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    services:\n      store:\n        image: postgres:13\n",
      "compose.yml": compose("  db:\n    image: postgres:16\n"),
    },
  },
  "lockfile-mismatch": {
    reason: "A clean install stops",
    files: {
      "package.json": json({ name: "x", dependencies: { "left-pad": "^1.3.0", other: "^2.1.0" } }),
      "package-lock.json": json({
        lockfileVersion: 3,
        packages: {
          "": { dependencies: { "left-pad": "^1.3.0" } },
          "node_modules/left-pad": { version: "1.3.0" },
        },
      }),
    },
  },
  "port-mismatch": {
    files: {
      "compose.yml": compose("  web:\n    build: .\n    ports:\n      - 80:8000\n"),
      Dockerfile: `${NODE}EXPOSE 3000\n`,
    },
  },
  "requirements-mismatch": {
    reason: "no install can have both",
    files: {
      "pyproject.toml": '[project]\nname = "x"\ndependencies = [\n  "requests>=2.28,<3",\n]\n',
      "requirements.txt": "requests==2.27.1\n",
    },
  },
  "undeclared-value": {
    reason: "it renders as nothing",
    files: {
      ...CHART,
      "chart/templates/service.yaml":
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n    - port: {{ .Values.service.prot }}\n",
    },
  },
  "unknown-module": {
    files: {
      "pyproject.toml": '[project]\nname = "shop"\n\n[project.scripts]\nshop = "shop.commands:main"\n',
      "src/shop/__init__.py": "",
      "src/shop/cli.py": "def main(): ...\n",
    },
  },
  "unknown-reference": {
    files: {
      "k8s/api.yaml": env("LOGLEVEL"),
      "k8s/config.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: api\ndata:\n  LOG_LEVEL: info\n",
    },
  },
  "unknown-service": {
    files: {
      "compose.yml": compose("  web:\n    image: a\n    depends_on: [databse]\n  database:\n    image: b\n"),
    },
  },
  "version-mismatch": {
    files: { ".nvmrc": "18\n", "package.json": json({ name: "x", engines: { node: ">=20" } }) },
  },
};

const AUTH: Record<string, RuleCase> = {
  "cors-any-origin": {
    reason: "any page may read",
    files: { "src/a.js": 'app.use(cors({ origin: "*" }));\n' },
  },
  "cors-any-origin-with-credentials": {
    reason: "can act in their name",
    files: { "src/a.js": "app.use(cors({ origin: true, credentials: true }));\n" },
  },
  "debug-in-production": {
    reason: "for whoever asks",
    files: { "src/a.py": "from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)\n" },
  },
  "secret-in-url": {
    reason: "kept in logs",
    files: { "src/a.js": "fetch(`https://api.example.org/v1?api_key=${key}`);\n" },
  },
  "tls-verification-off": {
    reason: "anybody on the way",
    files: { "src/a.js": "const agent = new https.Agent({ rejectUnauthorized: false });\n" },
  },
  "unguarded-route": {
    reason: "it changes data",
    files: {
      "src/a.js":
        'const router = express.Router();\nrouter.post("/a", requireAuth, a);\nrouter.post("/b", requireAuth, b);\nrouter.post("/c", c);\n',
    },
  },
};

const lock = (packages: object = {}): string =>
  json({ lockfileVersion: 3, packages: { "node_modules/a": { version: "1.0.0" }, ...packages } });

const DEPENDENCIES: Record<string, RuleCase> = {
  deprecated: {
    files: {
      "package.json": json({ name: "x", dependencies: { old: "1.0.0" } }),
      "package-lock.json": lock({ "node_modules/old": { version: "1.0.0", deprecated: "use new" } }),
      "a.js": 'import "old";\n',
    },
  },
  duplicated: {
    reason: "npm installs only one of them",
    files: {
      "package.json": json({ name: "x", dependencies: { a: "1.0.0" }, devDependencies: { a: "1.0.0" } }),
      "a.js": 'import "a";\n',
    },
  },
  missing: {
    files: {
      "package.json": json({ name: "x", dependencies: { a: "1.0.0" } }),
      "a.js": 'import "a";\nimport "b";\n',
    },
  },
  unlicensed: {
    reason: "nobody may use it",
    files: {
      "package.json": json({ name: "x", dependencies: { bare: "1.0.0" } }),
      "a.js": 'import "bare";\n',
      "installed/node_modules/bare/package.json": '{ "name": "bare" }\n',
    },
    options: (dir) => ({ dependenciesRoot: path.join(dir, "installed") }),
  },
  unpinned: {
    reason: "takes whatever is newest",
    files: { "package.json": json({ name: "x", dependencies: { a: "*" } }), "a.js": 'import "a";\n' },
  },
  unused: {
    files: {
      "package.json": json({ name: "x", dependencies: { a: "1.0.0", gone: "1.0.0" } }),
      "package-lock.json": lock(),
      "a.js": 'import "a";\n',
    },
  },
};

const ADVISORIES: Record<string, RuleCase> = {
  "known-vulnerability": {
    reason: "a is unsafe",
    files: {
      "package-lock.json": lock(),
      "osv/a.json": json({
        id: "GHSA-a",
        summary: "a is unsafe",
        database_specific: { severity: "HIGH" },
        affected: [
          {
            package: { ecosystem: "npm", name: "a" },
            ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.2.0" }] }],
          },
        ],
      }),
    },
    options: (dir) => ({
      options: { checks: { dependencies: { advisories: { osv: path.join(dir, "osv") } } } },
    }),
  },
};

const branches = Array.from({ length: 40 }, (_, at) => `    if (item.k === ${at}) { total += ${at}; }`);
const big = `export function run(items, log) {\n  let total = 0;\n  for (const item of items) {\n${branches.join("\n")}\n  }\n  log(total);\n}\n`;

const QUALITY: Record<string, RuleCase> = {
  cognitive: { files: { "src/cognitive.js": big } },
  cyclomatic: { files: { "src/cyclomatic.js": big } },
  "dangerous-call": { files: { "src/dangerous-call.js": "export const run = (text) => eval(text);\n" } },
  depth: {
    files: {
      "src/depth.js": `export function deep(a) {\n${"  if (a) {\n".repeat(7)}a();\n${"}\n".repeat(7)}}\n`,
    },
  },
  length: { files: { "src/length.js": `export function fill() {\n${"  add(1);\n".repeat(300)}}\n` } },
  maintainability: {
    about: "file",
    files: {
      "src/maintainability.js": Array.from({ length: 14 }, (_, at) => big.replace("run(", `run${at}(`)).join(
        "\n",
      ),
    },
  },
  "nested-loop": {
    files: {
      "src/nested-loop.js":
        "export const f = (list) => {\n  for (const a of list) for (const b of list) pair(a, b);\n};\n",
    },
  },
  "sql-from-strings": {
    files: {
      "src/sql-from-strings.js":
        "export const f = (db, id) => db.query(`SELECT a FROM t WHERE id = ${id}`);\n",
    },
  },
};

/** `count` files of code, each with a test when asked. */
function project(count: number, tests: boolean): Files {
  const files: Files = { "README.md": "# x\n", LICENSE: "MIT\n" };
  for (let at = 0; at < count; at += 1) {
    files[`src/part${at}.ts`] = "export {};\n";
    if (tests) files[`src/part${at}.test.ts`] = "test();\n";
  }
  return files;
}

function without(files: Files, name: string): Files {
  const { [name]: _gone, ...rest } = files;
  return rest;
}

const changed = (path: string, status: "A" | "M" = "M") => ({ changed: [{ path, status }] });

const HYGIENE: Record<string, RuleCase> = {
  "broken-link": {
    about: "file",
    files: { "a.txt": "x\n" },
    prepare: (dir) => symlinkSync("gone.txt", path.join(dir, "b.txt")),
  },
  "case-clash": {
    about: "file",
    reason: "keep one of them",
    files: { "src/Shop.ts": "export {};\n", "src/shop.ts": "export {};\n" },
  },
  "code-without-test": {
    about: "file",
    files: { ...project(6, true), "src/fresh.ts": "export {};\n" },
    options: () => changed("src/fresh.ts", "A"),
  },
  "conflict-marker": {
    files: {
      "src/a.js": `${"<".repeat(7)} ours\nlet a = 1;\n${"=".repeat(7)}\nlet a = 2;\n${">".repeat(7)} theirs\n`,
    },
  },
  "executable-bit": {
    about: "file",
    reason: "permission denied",
    files: {
      "package.json": json({ scripts: { deploy: "./tools/deploy.sh" } }),
      "tools/deploy.sh": "#!/bin/sh\n",
    },
    prepare: (dir) => chmodSync(path.join(dir, "tools/deploy.sh"), 0o644),
  },
  "invalid-json": { files: { "a.json": '{ "a": 1 "b": 2 }\n' } },
  "invalid-toml": { files: { "a.toml": "a = 1\nb = no\n" } },
  "invalid-yaml": { files: { "conf/a.yaml": "title: note: this\nb: 2\n" } },
  "large-file": {
    about: "file",
    reason: "every clone carries it",
    files: { "a.bin": "x".repeat(1100 * 1024) },
    options: () => ({ options: { checks: { hygiene: { maxFileMiB: 1 } } } }),
  },
  "lenient-json": { reason: "only some readers accept them", files: { "data/a.json": '{ "a": 1, }\n' } },
  "missing-license": { about: "repository", files: without(project(25, true), "LICENSE") },
  "missing-readme": { about: "repository", files: without(project(25, true), "README.md") },
  "missing-tests": { about: "repository", files: project(25, false) },
  "restart-due": {
    about: "file",
    reason: "what runs is not what is judged",
    files: { "src/a.js": "1;\n" },
    options: () => ({
      mode: "quick",
      ...changed("src/a.js"),
      options: { checks: { hygiene: { restart: { api: ["src/**"] } } } },
    }),
  },
  "spec-without-code": { about: "file", files: without(project(12, true), "src/part3.ts") },
  "stale-generated": {
    about: "file",
    files: {
      "api/openapi.yaml": "openapi: 3.1.0\n",
      "api/client.ts": "// Generated from openapi.yaml. Do not edit.\nexport {};\n",
    },
    options: () => changed("api/openapi.yaml"),
  },
  "tracked-output": {
    about: "file",
    reason: "changes with every machine",
    files: { "app/__pycache__/a.pyc": "x", "a.py": "x = 1\n" },
  },
};

/** By check, as in the gate's table of rules. */
export const RULE_CASES: Record<string, Record<string, RuleCase>> = {
  secrets: SECRETS,
  "config-consistency": CONFIG,
  auth: AUTH,
  dependencies: DEPENDENCIES,
  advisories: ADVISORIES,
  "code-quality": QUALITY,
  hygiene: HYGIENE,
};
