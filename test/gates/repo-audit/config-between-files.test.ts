import { describe, expect, it } from "vitest";
import { brief, findingsIn } from "./support.ts";

type Files = Record<string, string>;

interface Case {
  name: string;
  files: Files;
  expected: string[];
  /** What the fix changes. */
  fix: Files;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const workflow = (version: string): string =>
  `on: push\njobs:\n  test:\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          node-version: ${version}\n`;
const engines = (range: string): string => json({ name: "shop", engines: { node: range } });
const service = (target: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: board\nspec:\n  selector: { app: board }\n  ports:\n    - port: 3000\n      targetPort: ${target}\n`;
const deployment = (extra = ""): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: board\nspec:\n  template:\n    metadata: { labels: { app: board } }\n    spec:\n      containers:\n        - name: board\n          image: example/board\n          ports:\n            - { name: http, containerPort: 3000 }\n${extra}`;
const proxied = (host: string): string =>
  `server {\n  listen 80;\n  location / {\n    proxy_pass http://${host}/;\n  }\n}\n`;
const VITE = json({ name: "web", devDependencies: { vite: "6.0.0" } });
const listening = (port: number): string => `require("http").createServer().listen(${port});\n`;
const npmLock = (dependencies: Record<string, string>): string =>
  json({
    lockfileVersion: 3,
    packages: { "": { dependencies }, "node_modules/left-pad": { version: "1.3.0" } },
  });

const ciWith = (image: string): string =>
  `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    services:\n      store:\n        image: ${image}\n`;

/** Shapes of mistakes people have reported in public trackers, each rebuilt small. */
const CASES: Case[] = [
  {
    name: "the version manager installs a Node the manifest does not support",
    files: { ".nvmrc": "18\n", "package.json": engines(">=20") },
    expected: ["medium version-mismatch .nvmrc:1"],
    fix: { ".nvmrc": "20\n" },
  },
  {
    name: "an exact range and a pin of another line",
    files: { ".nvmrc": "v16.17.0\n", "package.json": engines("18.x") },
    expected: ["medium version-mismatch .nvmrc:1"],
    fix: { ".nvmrc": "v18.16.0\n" },
  },
  {
    name: "the image is built on a patch below what is supported",
    files: {
      Dockerfile: "FROM node:20.11.1-alpine3.19 AS builder\n",
      "package.json": engines("^20.17.0 || >=22.9.0"),
    },
    expected: ["medium version-mismatch Dockerfile:1"],
    fix: { Dockerfile: "FROM node:20.17.0-alpine3.19 AS builder\n" },
  },
  {
    name: "CI still runs a version that was dropped",
    files: { ".github/workflows/ci.yml": workflow("[16, 18, 20]"), "package.json": engines(">=18") },
    expected: ["medium version-mismatch .github/workflows/ci.yml:7"],
    fix: { ".github/workflows/ci.yml": workflow("[18, 20]") },
  },
  {
    name: "CI tests with an older release of the database than compose runs",
    files: {
      ".github/workflows/ci.yml": ciWith("postgres:13-alpine"),
      "compose.yml": "services:\n  db:\n    image: pgvector/pgvector:pg16\n",
    },
    expected: ["low image-mismatch .github/workflows/ci.yml:7"],
    fix: { ".github/workflows/ci.yml": ciWith("postgres:16-alpine") },
  },
  {
    name: "CI tests with another release of the cache than the chart installs",
    files: {
      ".github/workflows/ci.yml": ciWith("redis:6"),
      "chart/values.yaml": "redis:\n  image:\n    repository: bitnami/redis\n    tag: 7.2.4\n",
    },
    expected: ["low image-mismatch .github/workflows/ci.yml:7"],
    fix: {
      ".github/workflows/ci.yml": ciWith("redis:6").replace(
        "services:",
        "services:\n      other:\n        image: redis:7",
      ),
    },
  },
  {
    name: "the documented run of the built image, and of a database beside it",
    files: {
      Dockerfile: "FROM node:20\nEXPOSE 3000\n",
      "README.md":
        "# Mean\n\n    docker build -t shop .\n    docker run -p 27017:27017 -d --name db mongo\n    docker run -p 3000:8000 shop\n",
    },
    expected: ["medium port-mismatch README.md:5"],
    fix: { Dockerfile: "FROM node:20\nEXPOSE 8000\n" },
  },
  {
    name: "what is pinned is neither tested nor below the range",
    files: {
      ".nvmrc": "22.21.0\n",
      "package.json": engines(">=20"),
      ".github/workflows/ci.yml": workflow("'20'"),
    },
    expected: ["low version-mismatch .nvmrc:1"],
    fix: { ".nvmrc": "20.20.2\n" },
  },
  {
    name: "the pin was left behind when the image moved on",
    files: { ".nvmrc": "16\n", Dockerfile: "FROM node:20-slim\n" },
    expected: ["low version-mismatch .nvmrc:1"],
    fix: { ".nvmrc": "20\n" },
  },
  {
    name: "the README asks for an older Node than the manifest takes",
    files: { "README.md": "# Shop\n\nRequires Node.js >= v18.\n", "package.json": engines(">=22.0.0") },
    expected: ["medium version-mismatch README.md:3"],
    fix: { "README.md": "# Shop\n\nRequires Node.js >= v22.\n" },
  },
  {
    name: "the image has a Python the project does not support",
    files: {
      "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.11"\n',
      Dockerfile: "FROM python:3.9-slim\n",
    },
    expected: ["medium version-mismatch Dockerfile:1"],
    fix: { Dockerfile: "FROM python:3.12-slim\n" },
  },
  {
    name: "a package was added without the lockfile",
    files: {
      "package.json": json({ dependencies: { "left-pad": "^1.3.0", "react-label": "^2.1.0" } }),
      "package-lock.json": npmLock({ "left-pad": "^1.3.0" }),
    },
    expected: ["high lockfile-mismatch package.json:2"],
    fix: { "package-lock.json": npmLock({ "left-pad": "^1.3.0", "react-label": "^2.1.0" }) },
  },
  {
    name: "a range was changed in the manifest only",
    files: {
      "package.json": json({ dependencies: { maplibre: "^5.7.2" } }),
      "pnpm-lock.yaml":
        "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      maplibre:\n        specifier: ^5.7.1\n        version: 5.7.1\n\npackages:\n",
    },
    expected: ["high lockfile-mismatch package.json:2"],
    fix: { "package.json": json({ dependencies: { maplibre: "^5.7.1" } }) },
  },
  {
    name: "every origin together with credentials, in Python",
    files: {
      "api/main.py":
        'from fastapi import FastAPI\napp.add_middleware(\n    CORSMiddleware,\n    allow_origins=["*"],\n    allow_credentials=True,\n)\n',
    },
    expected: ["high cors-credentials api/main.py:4"],
    fix: {
      "api/main.py":
        'app.add_middleware(\n    CORSMiddleware,\n    allow_origins=["https://shop.example"],\n    allow_credentials=True,\n)\n',
    },
  },
  {
    name: "every origin together with credentials, by a variable",
    files: {
      "main.py":
        'origins = ["*"]\napp.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True)\n',
    },
    expected: ["high cors-credentials main.py:1"],
    fix: {
      "main.py":
        'origins = ["*"]\napp.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=False)\n',
    },
  },
  {
    name: "a default that pairs the star with credentials, in JavaScript",
    files: {
      "server.js": 'const cors = require("cors");\napp.use(cors({ origin: "*", credentials: true }));\n',
    },
    expected: ["high cors-credentials server.js:2"],
    fix: { "server.js": 'const cors = require("cors");\napp.use(cors({ origin: "*" }));\n' },
  },
  {
    name: "the tool's default port moved and the allowed origin did not",
    files: {
      "web/package.json": VITE,
      "web/vite.config.ts":
        "import { defineConfig } from 'vite';\nexport default defineConfig({ plugins: [] });\n",
      "server/index.js": 'const io = new Server(http, { cors: { origin: "http://localhost:3100" } });\n',
    },
    expected: ["high cors-origin server/index.js:1"],
    fix: {
      "server/index.js": 'const io = new Server(http, { cors: { origin: "http://localhost:5173" } });\n',
    },
  },
  {
    name: "the front end was given a port the server does not let in",
    files: {
      "client/vite.config.js": "export default { server: { port: 3200 } };\n",
      "api/app.py":
        'origins = ["http://localhost:3100"]\napp.add_middleware(CORSMiddleware, allow_origins=origins)\n',
    },
    expected: ["high cors-origin api/app.py:1"],
    fix: { "client/vite.config.js": "export default { server: { port: 3100 } };\n" },
  },
  {
    name: "the development proxy points at a port the server does not have",
    files: {
      "client/vite.config.js":
        "export default { server: { port: 3000, proxy: { '/api': { target: 'http://localhost:5001' } } } };\n",
      "server/index.js": "require('http').createServer().listen(process.env.PORT || 5000);\n",
      "server/.env.example": "PORT=5000\n",
    },
    expected: ["high port-mismatch client/vite.config.js:1"],
    fix: {
      "client/vite.config.js":
        "export default { server: { port: 3000, proxy: { '/api': { target: 'http://localhost:5000' } } } };\n",
    },
  },
  {
    name: "the development proxy and a server in Go",
    files: {
      "web/vite.config.ts": "export default { server: { proxy: { '/api': 'http://localhost:3001' } } };\n",
      "main.go": 'package main\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
    },
    expected: ["high port-mismatch web/vite.config.ts:1"],
    fix: {
      "web/vite.config.ts": "export default { server: { proxy: { '/api': 'http://localhost:8080' } } };\n",
    },
  },
  {
    name: "the port of a service has another name in its deployment",
    files: { "k8s/service.yaml": service("web"), "k8s/deployment.yaml": deployment() },
    expected: ["high port-mismatch k8s/service.yaml:9"],
    fix: { "k8s/service.yaml": service("http") },
  },
  {
    name: "a service sends to a port its pods do not declare",
    files: { "k8s/service.yaml": service("3050"), "k8s/deployment.yaml": deployment() },
    expected: ["medium port-mismatch k8s/service.yaml:9"],
    fix: { "k8s/service.yaml": service("3000") },
  },
  {
    name: "an ingress sends to a service that was renamed",
    files: {
      "k8s/service.yaml": service("http"),
      "k8s/deployment.yaml": deployment(),
      "k8s/ingress.yaml":
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  rules:\n    - http:\n        paths:\n          - backend:\n              service:\n                name: boards\n                port: { number: 3000 }\n",
    },
    expected: ["high unknown-service k8s/ingress.yaml:11"],
    fix: {
      "k8s/ingress.yaml":
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  rules:\n    - http:\n        paths:\n          - backend:\n              service:\n                name: board\n                port: { number: 3000 }\n",
    },
  },
  {
    name: "nginx passes requests on to a name compose does not have",
    files: {
      "compose.yaml":
        "services:\n  django_app:\n    build: ./api\n  proxy:\n    image: nginx\n    volumes:\n      - ./nginx:/etc/nginx/conf.d\n",
      "nginx/default.conf": proxied("django_cont:8000"),
    },
    expected: ["high unknown-service nginx/default.conf:4"],
    fix: { "nginx/default.conf": proxied("django_app:8000") },
  },
  {
    name: "a second port is mapped that the program does not use",
    files: {
      "compose.yml":
        'services:\n  app:\n    build: .\n    env_file: .env\n    ports:\n      - "3000:3000"\n      - "25:25"\n',
      Dockerfile: "FROM oven/bun\nEXPOSE 3000\n",
      "index.ts":
        "const port = process.env.SMTP_PORT || 2525;\nsmtp.listen(port);\nhttp.listen(process.env.PORT || 3000);\n",
      ".env.example": "PORT=3000\nSMTP_PORT=2525\n",
    },
    expected: ["high port-mismatch compose.yml:7"],
    fix: {
      "compose.yml":
        'services:\n  app:\n    build: .\n    env_file: .env\n    ports:\n      - "3000:3000"\n      - "25:2525"\n',
    },
  },
  {
    name: "the documented docker run has another port than the image",
    files: {
      Dockerfile: "FROM golang:1.22\nEXPOSE 3000\n",
      "README.md":
        "# Garage\n\n```\ndocker run -d -p 8080:8080 --name=garage -v /data:/data someone/garage\n```\n",
    },
    expected: ["medium port-mismatch README.md:4"],
    fix: {
      "README.md":
        "# Garage\n\n```\ndocker run -d -p 8080:3000 --name=garage -v /data:/data someone/garage\n```\n",
    },
  },
  {
    name: "the compose file shown in the manual has another port than the image",
    files: {
      Dockerfile: "FROM nginx\nEXPOSE 8080\nCMD nginx -p 8080\n",
      "README.md": "# Pdf tool\n",
      "MODE.md":
        "```yaml\nservices:\n  pdf:\n    image: someone/pdf-tool:latest\n    ports:\n      - '3000:81'\n```\n",
    },
    expected: ["medium port-mismatch MODE.md:6"],
    fix: {
      "MODE.md":
        "```yaml\nservices:\n  pdf:\n    image: someone/pdf-tool:latest\n    ports:\n      - '3000:8080'\n```\n",
    },
  },
  {
    name: "the API description names a server nobody starts",
    files: {
      "openapi.yaml":
        "openapi: 3.1.0\ninfo: { title: x, version: '1' }\nservers:\n  - url: http://localhost:4001\n",
      "server.js": listening(4310),
    },
    expected: ["medium port-mismatch openapi.yaml:4"],
    fix: {
      "openapi.yaml":
        "openapi: 3.1.0\ninfo: { title: x, version: '1' }\nservers:\n  - url: http://localhost:4310\n",
    },
  },
  {
    name: "compose puts in a variable the example does not have",
    files: {
      "compose.yml":
        "services:\n  db:\n    image: postgres\n    environment:\n      POSTGRES_PASSWORD: ${DB_SECRET_WORD}\n      POSTGRES_USER: ${DB_LOGIN_NAME}\n      POSTGRES_DB: ${DB_SCHEMA_NAME}\n",
      ".env.example": "DB_LOGIN_NAME=shop\nDB_SCHEMA_NAME=shop\n",
    },
    expected: ["medium env-undeclared compose.yml:5"],
    fix: { ".env.example": "DB_LOGIN_NAME=shop\nDB_SCHEMA_NAME=shop\nDB_SECRET_WORD=\n" },
  },
];

describe("what disagrees between kinds of files", () => {
  it.each(CASES)("$name: fires before the fix, silent after", async ({ files, expected, fix }) => {
    const before = await findingsIn(files, "config-consistency");
    expect(brief(before).map((line) => line.replace("config-consistency/", ""))).toEqual(expected);
    expect(brief(await findingsIn({ ...files, ...fix }, "config-consistency"))).toEqual([]);
  });
});

/** A schema that says which variables there have to be, and the object that fills it. */
const envSchema = (schema: string): Files => ({
  ".env.example": "SHOP_NAME=tea\n",
  "src/env.mjs": `export const env = createEnv({
  server: {
    SHOP_NAME: z.string(),
    MAIL_GREETING: ${schema},
  },
  runtimeEnv: {
    SHOP_NAME: process.env.SHOP_NAME,
    MAIL_GREETING:
      process.env.MAIL_GREETING,
  },
});
`,
});

describe("variables that a schema judges", () => {
  it("have to be declared where the schema wants them", async () => {
    expect(brief(await findingsIn(envSchema("z.string().min(1)"), "config-consistency"))).toEqual([
      "medium config-consistency/env-undeclared src/env.mjs:9",
    ]);
  });
  it.each(["z.string().optional()", "z\n      .enum(['a', 'b'])\n      .default('a')", "greeting"])(
    "may be absent where it says %s",
    async (schema) => {
      expect(brief(await findingsIn(envSchema(schema), "config-consistency"))).toEqual([]);
    },
  );
});

describe("silent where it may be meant", () => {
  const silent: [string, Files][] = [
    [
      "a server that is not copied into the image",
      {
        "adapter/docker-compose.yml":
          "services:\n  a:\n    build: { context: .., dockerfile: adapter/Dockerfile }\n    ports: ['80:8080']\n",
        "adapter/Dockerfile":
          'FROM python:3.12\nCOPY lib/ /app/lib/\nCOPY ["adapter/adapter.py", "/app/"]\nEXPOSE 8080\nCMD ["python", "/app/adapter.py"]\n',
        "adapter/adapter.py": "serve()\n",
        "monitor/server.py": "app.run(port=8000)\n",
      },
    ],
    [
      "the address of somebody's server for a sample",
      {
        ".env.example": "API_HOST=http://localhost:8010\n",
        "example.py": 'import os\nhost = os.getenv("API_HOST", "http://localhost:8010")\n',
        "compose.yml": "services:\n  a:\n    image: x\n    ports: ['8080:80']\n",
      },
    ],
    [
      "a variable that is asked for before it is read",
      {
        ".env.sample": "API_ADDR=x\n",
        "src/cli.ts": `export const at = import.meta.env.API_ADDR;
version(import.meta.env && "CLI_VERSION" in import.meta.env ? import.meta.env.CLI_VERSION : "0");
`,
      },
    ],
    [
      "a variable of Python that is asked for before it is read",
      {
        ".env.sample": "API_ADDR=x\n",
        "site/settings.py": `import os
AT = os.environ["API_ADDR"]
if "PRIMARY_HOST" in os.environ:
    BASE_URL = "https://{}".format(os.environ["PRIMARY_HOST"])
`,
      },
    ],
    [
      "a variable beside an .envrc that declares none",
      { ".envrc": "use node 22\n", "src/a.ts": "export const a = process.env.APP_ORIGIN;\n" },
    ],
    [
      "a family of variables that code goes through",
      {
        ".env.example": "VITE_APP_API_URL=/api\nVITE_APP_MOCKS=on\n",
        "src/env.ts": `const own = Object.entries(import.meta.env).filter(([key]) => key.startsWith("VITE_APP_"));
export const title = import.meta.env.VITE_TITLE ?? "";
export default own;
`,
      },
    ],
    [
      "a family of variables that a Python program goes through",
      {
        ".env.example": "SHOP_LOG_LEVEL=info\n",
        "app/main.py": `import os
own = {k: v for k, v in os.environ.items() if k.startswith("SHOP_")}
mode = os.environ.get("MODE", "x")
`,
      },
    ],
    ["a pin inside the range", { ".nvmrc": "lts/iron\n", "package.json": engines(">=18 <23") }],
    ["a pin that moves", { ".nvmrc": "lts/*\n", "package.json": engines("18") }],
    [
      "CI that tries what is newer",
      { ".github/workflows/ci.yml": workflow("[20, 24]"), "package.json": engines("20.x") },
    ],
    [
      "a version from the matrix",
      { ".github/workflows/ci.yml": workflow("${{ matrix.node }}"), "package.json": engines("20.x") },
    ],
    [
      "a range that an override changes",
      {
        "package.json": json({ dependencies: { a: "^1.0.0" }, overrides: { a: "2.0.0" } }),
        "package-lock.json": npmLock({ a: "2.0.0" }),
      },
    ],
    [
      "two lockfiles beside each other",
      {
        "package.json": json({ dependencies: { a: "^1.0.0" } }),
        "package-lock.json": npmLock({}),
        "yarn.lock": '# yarn lockfile v1\n\na@^1.0.0:\n  version "1.0.0"\n',
      },
    ],
    [
      "a star in a comment",
      { "a.js": '// origin: "*" with credentials: true\ncors({ origin: list, credentials: true });\n' },
    ],
    [
      "a star and credentials of two different servers",
      { "a.js": 'app.use(cors({ origin: "*" }));\napi.use(cors({ origin: list, credentials: true }));\n' },
    ],
    [
      "one of several origins is the front end's",
      {
        "web/vite.config.ts": "export default { server: { port: 3200 } };\n",
        "a.js": 'cors({ origin: ["http://localhost:3100", "http://localhost:3200"] });\n',
      },
    ],
    [
      "a proxy to a port that something speaks of",
      {
        "web/vite.config.ts": "export default { server: { proxy: { '/api': 'http://localhost:3001' } } };\n",
        "main.go": 'package main\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
        Makefile: "run:\n\tserver --port 3001\n",
      },
    ],
    ["a service without a workload beside it", { "k8s/service.yaml": service("web") }],
    ["a template", { "chart/templates/service.yaml": service("{{ .Values.port }}") }],
    [
      "nginx that is not run by this compose file",
      { "compose.yaml": "services:\n  app:\n    image: x\n", "deploy/nginx.conf": proxied("backend:8000") },
    ],
    [
      "an upstream of its own",
      {
        "compose.yaml":
          "services:\n  proxy:\n    image: nginx\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf']\n",
        "nginx.conf": `upstream backend {\n  server 10.0.0.1:80;\n}\n${proxied("backend")}`,
      },
    ],
    [
      "a docker run of somebody else's image",
      {
        Dockerfile: "FROM golang:1.22\nEXPOSE 3000\n",
        "README.md": "# Garage\n\n    docker run -p 8200:8200 hashicorp/vault\n",
      },
    ],
  ];
  it.each(silent)("%s", async (_name, files) => {
    expect(brief(await findingsIn(files, "config-consistency"))).toEqual([]);
  });
});
