import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskJavaScript, maskPython } from "../../../gates/repo-audit/checks/config-consistency/mask.ts";
import { nearest } from "../../../gates/repo-audit/checks/config-consistency/nearest.ts";
import {
  interpolate,
  parsePort,
  readCompose,
} from "../../../gates/repo-audit/checks/config-consistency/read-compose.ts";
import {
  builtStage,
  readDockerfile,
} from "../../../gates/repo-audit/checks/config-consistency/read-dockerfile.ts";
import { readEnvFile } from "../../../gates/repo-audit/checks/config-consistency/read-env.ts";
import { findUrls } from "../../../gates/repo-audit/checks/config-consistency/urls.ts";
import { SourceFile } from "../../../gates/repo-audit/source.ts";
import { YamlReader } from "../../../gates/repo-audit/yaml.ts";

const file = (path: string, text: string) => new SourceFile(path, text);

async function yamlReader(): Promise<YamlReader> {
  const reader = new YamlReader();
  await reader.load(["a.yml"]);
  return reader;
}

describe("masking code", () => {
  const cases: [string, string][] = [
    ["a // b\nc", "a     \nc"],
    ["a /* b\nc */ d", "a     \n     d"],
    ['x("// no") // yes', 'x("     ")       '],
    ["x = a / b / c", "x = a / b / c"],
    ["x = /a'b/.test(y)", "x =      .test(y)"],
    ["return /[/'\"]/g", "return        g"],
    ["`a ${b('c')} d`", "`  ${b(' ')}  `"],
    ["`${`${x}`}` // c", "`${`${x}`}`     "],
    ["<p>Don't</p>\nrun('a')", "<p>Don't</p>\nrun(' ')"],
    ["'it\\'s' + b", "'     ' + b"],
  ];
  it.each(cases)("%s", (text, expected) => expect(maskJavaScript(text).code).toBe(expected));

  it("keeps the strings beside it", () => {
    const text = "a('one', \"two\", `three${4}five`)";
    const words = maskJavaScript(text).strings.map(({ start, end }) => text.slice(start, end));
    expect(words).toEqual(["one", "two", "three", "five"]);
  });

  it("masks Python's comments and strings of every kind", () => {
    const text = 'a = \'x\' # c\nb = """y\n# z"""\nc = rb\'\\\'\'\nd = f"{e}"\n';
    expect(maskPython(text).code).toBe('a = \' \'    \nb = """ \n   """\nc = rb\'  \'\nd = f"   "\n');
  });

  it.each([
    ["JavaScript", maskJavaScript],
    ["Python", maskPython],
  ])("never moves an offset or a line in %s, whatever the text", (_, mask) => {
    const piece = fc.constantFrom(
      "a",
      "'",
      '"',
      "`",
      "${",
      "}",
      "/",
      "*",
      "//",
      "/*",
      "*/",
      "\\",
      "\n",
      "#",
      '"""',
      " ",
      "=",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        const { code, strings } = mask(text);
        expect(code.length).toBe(text.length);
        expect([...code.matchAll(/\n/g)].map((m) => m.index)).toEqual(
          [...text.matchAll(/\n/g)].map((m) => m.index),
        );
        for (const { start, end } of strings) {
          expect(start).toBeLessThanOrEqual(end);
          expect(code.slice(start, end).trim()).toBe("");
        }
      }),
      { seed: 11, numRuns: 2000 },
    );
  });
});

describe("compose files", () => {
  it.each([
    ["80", { host: null, container: 80 }],
    ["8080:80", { host: 8080, container: 80 }],
    ["127.0.0.1:8080:80/tcp", { host: 8080, container: 80 }],
    ["[::1]:8080:80", { host: 8080, container: 80 }],
    ["${PORT:-8080}:80", { host: 8080, container: 80 }],
    ["${PORT}:80", { host: null, container: 80 }],
    ["8080:${INNER}", null],
    ["3000-3005:3000-3005", null],
    ["53:53/udp", null],
    ["99999:80", { host: null, container: 80 }],
  ])("reads the port mapping %s", (text, expected) => expect(parsePort(text)).toEqual(expected));

  it.each([
    ["${A:-x}/${B-y}", "x/y"],
    ["$$A", "$A"],
    ["${A}", null],
    ["$A", null],
    ["${A:?needed}", null],
    ["${A:-}", ""],
  ])("interpolates %s", (text, expected) => expect(interpolate(text)).toBe(expected));

  it("resolves anchors, merge keys and both spellings of everything", async () => {
    const text = `x-base: &base
  environment: { A: one, B: two }
  restart: always
services:
  long:
    <<: *base
    build: { context: ../src, dockerfile: docker/Dockerfile.api, target: prod }
    ports:
      - { target: 80, published: "8080", protocol: tcp }
    healthcheck: { test: [CMD, curl, "http://localhost:80"] }
    depends_on: { short: { condition: service_started } }
    env_file: [{ path: .env.api }]
  short:
    build: .
    environment: [A=one, "B", "C=x=y"]
    env_file: .env
    command: ["serve", "-p", "90"]
    expose: ["90"]
    depends_on: [long]
`;
    const read = readCompose(file("deploy/compose.yml", text), await yamlReader());
    if (typeof read === "string") throw new Error(read);
    const [long, short] = read.services;
    expect(long).toMatchObject({
      name: "long",
      context: "src",
      dockerfile: "src/docker/Dockerfile.api",
      target: "prod",
      envFiles: ["deploy/.env.api"],
    });
    expect(long?.ports.map(({ host, container }) => [host, container])).toEqual([[8080, 80]]);
    expect([...long!.environment].map(([name, { value }]) => [name, value])).toEqual([
      ["A", "one"],
      ["B", "two"],
    ]);
    expect(long?.healthcheck?.text).toBe("CMD curl http://localhost:80");
    expect(long?.dependsOn.map((each) => each.name)).toEqual(["short"]);
    expect(short).toMatchObject({
      context: "deploy",
      dockerfile: "deploy/Dockerfile",
      command: "serve -p 90",
      expose: [90],
    });
    expect([...short!.environment].map(([name, { value }]) => [name, value])).toEqual([
      ["A", "one"],
      ["B", null],
      ["C", "x=y"],
    ]);
    const { place } = long!.dependsOn[0]!;
    expect(text.slice(place.start, place.end)).toBe("short");
  });

  it("has no facts for what it cannot read", async () => {
    const yaml = await yamlReader();
    expect(readCompose(file("compose.yml", ""), yaml)).toBe("empty");
    expect(readCompose(file("compose.yml", "a: 1\n---\nb: 2\n"), yaml)).toBe("several documents");
    expect(readCompose(file("compose.yml", "a: [\n"), yaml)).toBe("not valid YAML");
    expect(readCompose(file("compose.yml", "services:\n  a:\n"), yaml)).toMatchObject({
      services: [{ name: "a" }],
    });
  });
});

describe("Dockerfiles", () => {
  const text = `# syntax=docker/dockerfile:1
ARG BASE=node:20
ARG PORT=8088
FROM --platform=linux/amd64 \${BASE} AS build
ENV NODE_ENV=production OTHER="a b"
ENV LEGACY some words
RUN one && \\
    # EXPOSE 1
    two

EXPOSE 9
FROM scratch AS run
ARG PORT
EXPOSE $PORT 443/tcp 53/udp
EXPOSE \\
  8443
RUN <<EOF
EXPOSE 2
EOF
ENTRYPOINT ["serve"]
CMD ["--port", "8088"]
HEALTHCHECK --interval=5s CMD curl localhost:\${PORT}
`;
  const facts = readDockerfile(file("api/Dockerfile", text));

  it("reads stages, ports and commands, and is not fooled by comments and here-documents", () => {
    expect(facts.stages.map(({ name, from }) => [name, from])).toEqual([
      ["build", "node:20"],
      ["run", "scratch"],
    ]);
    const last = builtStage(facts, null)!;
    expect(last.expose.map((each) => each.port)).toEqual([8088, 443, 8443]);
    expect(last.expose.map(({ place }) => text.slice(place.start, place.end))).toEqual([
      "$PORT",
      "443/tcp",
      "8443",
    ]);
    expect(last.command).toBe("serve --port 8088");
    expect(last.healthcheck?.text).toContain("curl");
    expect(builtStage(facts, "BUILD")?.env.get("LEGACY")).toBe("some words");
    expect(builtStage(facts, "build")?.env.get("OTHER")).toBe("a b");
    expect(builtStage(facts, "none")).toBeNull();
  });

  it("hands ports, variables and health check on to a stage built from another", () => {
    const chained = readDockerfile(
      file("Dockerfile", "FROM nginx AS a\nENV X=1\nEXPOSE 81\nFROM a\nCMD run\n"),
    );
    const last = builtStage(chained, null)!;
    expect([last.from, last.env.get("X"), last.expose[0]?.port]).toEqual(["nginx", "1", 81]);
  });
});

describe(".env files", () => {
  it("reads names, values and where they are", () => {
    const text = `# A_COMMENT=1\nexport ONE = "a b" # why\nTWO=x#y\r\nTHREE=\n  FOUR='1' \nnot a line\n`;
    const env = readEnvFile(file("web/.env.example", text));
    expect(env).toMatchObject({ folder: "web", example: true });
    expect(env.entries.map(({ name, value }) => [name, value])).toEqual([
      ["ONE", "a b"],
      ["TWO", "x#y"],
      ["THREE", ""],
      ["FOUR", "1"],
    ]);
    for (const { name, value, place, valuePlace } of env.entries) {
      expect(text.slice(place.start, place.end)).toBe(name);
      expect(text.slice(valuePlace.start, valuePlace.end)).toBe(value);
    }
    expect([...env.mentioned]).toEqual(["A_COMMENT"]);
  });
});

describe("URLs", () => {
  it.each([
    ["postgres://user:pa:ss@db:5432/x", "db", 5432],
    ["http://api:3000", "api", 3000],
    ["http://api/path:80", "api", null],
    ["redis://cache", "cache", null],
    ["https://user@host.example:8443/a@b", "host.example", 8443],
  ])("reads host and port of %s", (text, host, port) => {
    const [url] = findUrls(file("a", text), text, 0);
    expect([url?.host, url?.port]).toEqual([host, port]);
    expect(text.slice(url!.place.start, url!.place.end)).toBe(port === null ? host : `${host}:${port}`);
  });

  it("finds no host where there is only a user part", () => {
    expect(findUrls(file("a", ""), "postgres://user:${PASSWORD}@${HOST}/x", 0)).toEqual([]);
  });
});

it("finds the name somebody meant", () => {
  const names = ["database", "cache", "api", "web-api"];
  expect(nearest("databse", names)).toBe("database");
  expect(nearest("cahce", names)).toBe("cache");
  expect(nearest("web_api", names)).toBe("web-api");
  expect(nearest("queue", names)).toBeNull();
});

describe("positions", () => {
  it("turns offsets into lines and columns", () => {
    const source = file("a", "ab\n\ncd");
    expect([0, 2, 3, 4, 5, 6].map((offset) => source.position(offset))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 3 },
      { line: 2, column: 1 },
      { line: 3, column: 1 },
      { line: 3, column: 2 },
      { line: 3, column: 3 },
    ]);
    expect(source.lineAround(5)).toEqual({ start: 4, end: 6 });
    expect(source.lineAround(3)).toEqual({ start: 3, end: 3 });
  });

  it("tells bundles from code people wrote", () => {
    expect(file("a.js", "x();".repeat(10_000)).isMinified).toBe(true);
    expect(file("a.js", "x();\n".repeat(10_000)).isMinified).toBe(false);
    expect(file("a.js", "x();".repeat(100)).isMinified).toBe(false);
  });
});
