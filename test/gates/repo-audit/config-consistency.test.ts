import { describe, expect, it } from "vitest";
import { audit, brief, findingsIn, folderWith, isExact } from "./support.ts";

type Files = Record<string, string>;

interface Case {
  name: string;
  /** Before the fix. */
  files: Files;
  /** Severity, rule and place of what is wrong. */
  expected: string[];
  /** What the fix changes. */
  fix: Files;
}

const NODE = 'FROM node:20\nCOPY . .\nCMD ["node", "server.js"]\n';
const listen = (port: number): string => `require("http").createServer().listen(${port});\n`;
const compose = (body: string): string => `services:\n${body}`;

/** Shapes of mistakes people have reported in public trackers, each rebuilt small. */
const CASES: Case[] = [
  {
    name: "the container port is not the exposed one",
    files: {
      "docker-compose.yml": compose("  relay:\n    build: .\n    ports:\n      - 3335:3335\n"),
      Dockerfile: "FROM golang:1.22\nEXPOSE 3334\nCMD relay\n",
    },
    expected: ["high port-mismatch docker-compose.yml:5"],
    fix: { "docker-compose.yml": compose("  relay:\n    build: .\n    ports:\n      - 3335:3334\n") },
  },
  {
    name: "the container port is not the one the code listens on",
    files: {
      "docker-compose.yml": compose('  bot:\n    build: ./bot\n    ports: ["3001:3000"]\n'),
      "bot/Dockerfile": NODE,
      "bot/server.js": listen(5000),
    },
    expected: ["high port-mismatch docker-compose.yml:4"],
    fix: { "docker-compose.yml": compose('  bot:\n    build: ./bot\n    ports: ["3001:5000"]\n') },
  },
  {
    name: "EXPOSE was left behind when the command moved",
    files: {
      "docker-compose.yml": compose(
        "  web:\n    build: web\n    ports:\n      - '3334:3334'\n    command: python manage.py runserver 0.0.0.0:3334\n",
      ),
      "web/Dockerfile": "FROM python:3.12\nEXPOSE 3333\n",
    },
    expected: ["medium port-mismatch web/Dockerfile:2"],
    fix: { "web/Dockerfile": "FROM python:3.12\nEXPOSE 3334\n" },
  },
  {
    name: "EXPOSE disagrees with the only server, no compose file",
    files: { Dockerfile: `${NODE}EXPOSE 3000\n`, "server.js": listen(8000) },
    expected: ["medium port-mismatch Dockerfile:4"],
    fix: { Dockerfile: `${NODE}EXPOSE 8000\n` },
  },
  {
    name: "published and exposed agree, the program listens elsewhere",
    files: {
      "compose.yaml": compose("  api:\n    build: .\n    ports: ['80:3000']\n"),
      Dockerfile: `${NODE}EXPOSE 3000\n`,
      "server.js": "const port = process.env.PORT || 4000;\nrequire('http').createServer().listen(port);\n",
    },
    expected: ["high port-mismatch compose.yaml:4"],
    fix: {
      "server.js": "const port = process.env.PORT || 3000;\nrequire('http').createServer().listen(port);\n",
    },
  },
  {
    name: "the README names a port nobody publishes",
    files: {
      "README.md": "# App\n\nOpen http://localhost:3001 and sign up.\n",
      "docker-compose.yml": compose("  app:\n    image: example/app\n    ports:\n      - 2099:2099\n"),
    },
    expected: ["medium port-mismatch README.md:3"],
    fix: { "README.md": "# App\n\nOpen http://localhost:2099 and sign up.\n" },
  },
  {
    name: "a documented docker run maps to a port the image does not expose",
    files: {
      "README.md": "docker build -t app .\ndocker run -p 8080:80 app\n",
      Dockerfile: `${NODE}EXPOSE 3000\n`,
    },
    expected: ["medium port-mismatch README.md:2"],
    fix: { "README.md": "docker build -t app .\ndocker run -p 8080:3000 app\n" },
  },
  {
    name: "a neighbour is asked on its published port",
    files: {
      "docker-compose.yml": compose(
        "  api:\n    image: example/api\n    environment:\n      - DATABASE_URL=postgres://${U}:${P:?no password}@db:5433/app\n  db:\n    image: postgres:16\n    ports: ['5433:5432']\n",
      ),
    },
    expected: ["high port-mismatch docker-compose.yml:5"],
    fix: {
      "docker-compose.yml": compose(
        "  api:\n    image: example/api\n    environment:\n      - DATABASE_URL=postgres://${U}:${P:?no password}@db:5432/app\n  db:\n    image: postgres:16\n    ports: ['5433:5432']\n",
      ),
    },
  },
  {
    name: "a URL in .env asks a built service for a port it does not have",
    files: {
      ".env": "API_URL=http://api:8080\n",
      "docker-compose.yml": compose("  api:\n    build: api\n"),
      "api/Dockerfile": `${NODE}EXPOSE 4000\n`,
    },
    expected: ["high port-mismatch .env:1"],
    fix: { ".env": "API_URL=http://api:4000\n" },
  },
  {
    name: "the fallback URL of the front end leads nowhere",
    files: {
      "web/api.ts": 'export const api = import.meta.env.VITE_API_URL || "http://localhost:5050";\n',
      "server/index.js": listen(5055),
    },
    expected: ["high port-mismatch web/api.ts:1"],
    fix: { "web/api.ts": 'export const api = import.meta.env.VITE_API_URL || "http://localhost:5055";\n' },
  },
  {
    name: "depends_on names a service that does not exist",
    files: {
      "compose.yml": compose("  web:\n    image: a\n    depends_on: [databse]\n  database:\n    image: b\n"),
    },
    expected: ["high unknown-service compose.yml:4"],
    fix: {
      "compose.yml": compose("  web:\n    image: a\n    depends_on: [database]\n  database:\n    image: b\n"),
    },
  },
  {
    name: "a URL names a host no service answers to",
    files: {
      "compose.yml": compose(
        "  web:\n    image: a\n    environment:\n      CACHE_URL: redis://redis:6379\n  cache:\n    image: redis:7\n",
      ),
    },
    expected: ["high unknown-service compose.yml:5"],
    fix: {
      "compose.yml": compose(
        "  web:\n    image: a\n    environment:\n      CACHE_URL: redis://cache:6379\n  cache:\n    image: redis:7\n",
      ),
    },
  },
  {
    name: "the health check asks the port outside the container",
    files: {
      "compose.yml": compose(
        "  web:\n    image: example/web\n    ports: ['8080:80']\n    healthcheck:\n      test: curl -f http://localhost:8080/\n",
      ),
    },
    expected: ["high healthcheck-port compose.yml:6"],
    fix: {
      "compose.yml": compose(
        "  web:\n    image: example/web\n    ports: ['8080:80']\n    healthcheck:\n      test: curl -f http://localhost/\n",
      ),
    },
  },
  {
    name: "HEALTHCHECK asks another port than EXPOSE",
    files: { Dockerfile: `${NODE}EXPOSE 3000\nHEALTHCHECK CMD curl -f http://127.0.0.1:3001/ready\n` },
    expected: ["high healthcheck-port Dockerfile:5"],
    fix: { Dockerfile: `${NODE}EXPOSE 3000\nHEALTHCHECK CMD curl -f http://127.0.0.1:3000/ready\n` },
  },
  {
    name: "the front end reads a variable under its old name",
    files: {
      ".env": "VITE_BACKEND_PORT=3001\n",
      "src/proxy.js": "module.exports = { target: `http://localhost:${process.env.BACKEND_PORT}` };\n",
    },
    expected: ["medium env-undeclared src/proxy.js:1"],
    fix: { ".env": "BACKEND_PORT=3001\n" },
  },
  {
    name: "a variable the server insists on is not in the example",
    files: {
      ".env.example": "SMTP_SENDER=a@b.c\n",
      "src/mail.js":
        "const from = process.env.SMTP_SENDER;\nconst key = process.env.MAIL_SIGNING_KEY;\nif (!key) {\n  throw new Error('no key');\n}\nsend(from, key);\n",
    },
    expected: ["high env-undeclared src/mail.js:2"],
    fix: { ".env.example": "SMTP_SENDER=a@b.c\nMAIL_SIGNING_KEY=\n" },
  },
  {
    name: "a Python module stops on import without a variable nobody declares",
    files: {
      ".env.example": "QUEUE_NAME=jobs\n",
      "app/settings.py":
        'import os\nQUEUE = os.environ["QUEUE_NAME"]\nBUCKET = os.environ["UPLOAD_BUCKET"]\n',
    },
    expected: ["high env-undeclared app/settings.py:3"],
    fix: { ".env.example": "QUEUE_NAME=jobs\n# UPLOAD_BUCKET=\n" },
  },
  {
    name: "the example declares a variable that was renamed in the code",
    files: {
      ".env.example": "SHOP_CURRENCY_CODE=EUR\nSHOP_LOCALE=de\n",
      "src/shop.ts": "export const locale = process.env.SHOP_LOCALE;\n",
    },
    expected: ["low env-unused .env.example:1"],
    fix: { ".env.example": "SHOP_LOCALE=de\n" },
  },
];

describe("what disagrees between files", () => {
  it.each(CASES)("$name: fires before the fix, silent after", async ({ files, expected, fix }) => {
    const before = await findingsIn(files, "config-consistency");
    expect(brief(before).map((line) => line.replace("config-consistency/", ""))).toEqual(expected);
    expect(before.filter((finding) => !isExact(finding.fix))).toEqual([]);
    expect(brief(await findingsIn({ ...files, ...fix }, "config-consistency"))).toEqual([]);
  });

  it("offers candidates, and the command that writes the likeliest, where several ports may be meant", async () => {
    const files = {
      "docker-compose.yml": compose("  web:\n    build: .\n    ports:\n      - 8000:8000\n"),
      Dockerfile: "FROM golang:1.22\nEXPOSE 3000 3001\nCMD relay\n",
    };
    const [finding] = await findingsIn(files, "config-consistency");
    expect(finding?.fix).toEqual({
      description: "Use one of 3000, 3001 (docker-compose.yml:5).",
      command: "sed -i '5s|8000|3000|2' docker-compose.yml",
    });
  });

  it("offers an exact edit for nearly all of them", async () => {
    let edits = 0;
    for (const { files } of CASES) {
      const [finding] = await findingsIn(files, "config-consistency");
      if (finding?.fix?.edits) edits += 1;
    }
    expect(edits / CASES.length).toBeGreaterThanOrEqual(0.95);
  });
});

describe("when in doubt, silence", () => {
  const silent: [string, Files][] = [
    [
      "a port given on the command line",
      {
        "compose.yml": compose(
          "  a:\n    build: .\n    command: serve --port 9999\n    ports: ['80:9999']\n",
        ),
        Dockerfile: `${NODE}EXPOSE 3000 9999\n`,
      },
    ],
    [
      "a port given by a variable of the service",
      {
        "compose.yml": compose("  a:\n    build: .\n    environment: [PORT=9000]\n    ports: ['80:9000']\n"),
        Dockerfile: NODE,
        "server.js": "require('http').createServer().listen(process.env.PORT || 3000);\n",
      },
    ],
    [
      "a debugger published beside the server",
      {
        "compose.yml": compose("  a:\n    build: .\n    ports: ['9229:9229', '80:3000']\n"),
        Dockerfile: `${NODE}EXPOSE 3000\n`,
      },
    ],
    [
      "the part of the service that another file of the folder holds",
      {
        "docker-compose.yml": compose("  a:\n    build: .\n"),
        "docker-compose.prod.yml": compose("  a:\n    ports: ['80:3000']\n    depends_on: [b]\n"),
        "docker-compose.override.yml": compose("  b:\n    image: x\n"),
        Dockerfile: `${NODE}EXPOSE 3000\n`,
      },
    ],
    [
      "a service of an included file",
      {
        "compose.yml": `include: [infra/compose.yml]\n${compose("  a:\n    image: x\n    depends_on: [db]\n")}`,
        "infra/compose.yml": compose("  db:\n    image: postgres\n"),
      },
    ],
    [
      "an include that cannot be seen",
      {
        "compose.yml": `include: [../else/compose.yml]\n${compose("  a:\n    image: x\n    depends_on: [db]\n")}`,
      },
    ],
    [
      "a host on a network of somebody else",
      {
        "compose.yml": `${compose("  a:\n    image: x\n    networks: [n]\n    environment: [U=http://other:80]\n")}networks:\n  n:\n    external: true\n`,
      },
    ],
    [
      "a container name, a host name, an alias, a link, an extra host",
      {
        "compose.yml": compose(
          "  a:\n    image: x\n    links: ['b:linked']\n    extra_hosts: ['extra:10.0.0.1']\n    environment:\n      A: http://named:80\n      B: http://hosted:80\n      C: http://alias:80\n      D: http://linked:80\n      E: http://extra:80\n  b:\n    image: y\n    container_name: named\n    hostname: hosted\n    networks:\n      default:\n        aliases: [alias]\n",
        ),
      },
    ],
    [
      "a database that is told another port",
      {
        "compose.yml": compose(
          "  a:\n    image: x\n    environment: [U=postgres://db:6000/x]\n  db:\n    image: postgres\n    command: -p 6000\n",
        ),
      },
    ],
    [
      "two servers in one context",
      { Dockerfile: `${NODE}EXPOSE 3000\n`, "a.js": listen(8000), "b.js": listen(8001) },
    ],
    [
      "files served by nginx beside a development server",
      { Dockerfile: "FROM nginx\nEXPOSE 80\n", "server.js": listen(3000) },
    ],
    ["the server of a test", { Dockerfile: `${NODE}EXPOSE 3000\n`, "test/server.js": listen(8000) }],
    [
      "a proxy sample and a list of origins",
      {
        "server.js": `${listen(3000)}const origin = process.env.ORIGINS || "http://localhost:4455";\n`,
        "README.md": "    proxy_pass http://localhost:8801/x;\n",
      },
    ],
    [
      "default ports of tools the project depends on",
      {
        "server.js": listen(3100),
        "package.json": '{"devDependencies":{"vite":"6","storybook":"9"}}',
        "README.md":
          "Open http://localhost:5173 or http://localhost:6006; mail is at http://localhost:8025.\n",
      },
    ],
    ["variables without any example file", { "a.js": "use(process.env.SOME_SETTING);\n" }],
    [
      "variables with defaults, tested ones, known ones, written ones",
      {
        ".env.example": "A_B=1\n",
        "a.js":
          'x(process.env.A_B, process.env.S_ONE ?? 1, process.env["S_TWO"] || 2, !process.env.S_THREE, process.env.NODE_ENV);\nif (process.env.S_FOUR) use(process.env.S_FOUR);\nprocess.env.S_FIVE = "1";\nconst { S_SIX = 6 } = process.env;\nint(process.env.S_SEVEN, 7);\n',
      },
    ],
    [
      "variables that only documentation, CI or compose declare",
      {
        ".env.example": "A_B=1\n",
        "a.js": "use(process.env.A_B, process.env.IN_DOCS, process.env.IN_CI, process.env.IN_COMPOSE);\n",
        "docs/settings.md": "`IN_DOCS` is the first.\n",
        ".github/workflows/ci.yml": "env:\n  IN_CI: 1\n",
        "compose.yml": compose("  a:\n    image: x\n    environment: [IN_COMPOSE=1]\n"),
      },
    ],
    [
      "an example whose variables go to somebody else's image",
      {
        ".env.example": "THEIR_SETTING=1\n",
        "a.js": "use(process.env.HOME);\n",
        "compose.yml": compose("  a:\n    image: theirs\n    env_file: .env\n"),
      },
    ],
    [
      "names put together at run time, or by a settings library",
      {
        ".env.example": "FEATURE_NEW_CART=1\nJOB_TIMEOUT=1\n",
        "a.js": "const on = (name) => process.env[`FEATURE_${name}`];\n",
        "b.py": "class Settings(BaseSettings):\n    job_timeout: int\n",
      },
    ],
  ];

  it.each(silent)("%s", async (_, files) => {
    expect(brief(await findingsIn(files, "config-consistency"))).toEqual([]);
  });

  it("says nothing about what the options name", async () => {
    const files = {
      ".env.example": "A_B=1\n",
      "a.js": `use(process.env.A_B, process.env.C_D);\n${listen(3000)}`,
      "README.md": "Open http://localhost:3999.\n",
    };
    expect(await findingsIn(files, "config-consistency")).toHaveLength(2);
    const options = { checks: { "config-consistency": { ignoreVariables: ["C_D"], ignorePorts: [3999] } } };
    const result = await audit(folderWith(files), { options, checks: ["config-consistency"] });
    expect(result.findings).toEqual([]);
  });
});

it("counts a compose file it cannot read as not examined, by name", async () => {
  const dir = folderWith({ "compose.yml": "services:\n  a:\n   - b\n  c: [\n", "a.txt": "x" });
  const result = await audit(dir, { checks: ["config-consistency"] });
  expect(result.checks[0]).toMatchObject({ planned: 2, examined: 1, status: "passed" });
  expect(result.checks[0]?.message).toContain("compose.yml: not valid YAML");
});

it("does not show a password that stands in a URL", async () => {
  const found = await findingsIn({
    "compose.yml": compose(
      "  a:\n    image: x\n    environment: [U=postgres://user:hush-hush@nobody:5432/x]\n",
    ),
  });
  expect(found).toHaveLength(1);
  expect(JSON.stringify(found)).not.toContain("hush-hush");
});
