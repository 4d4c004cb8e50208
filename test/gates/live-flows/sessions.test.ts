/** Cookies, tokens, files and forms: what a flow sends, and what it shares. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, readBody, runFlow, runGate, serve, serveRoutes } from "./helpers.ts";

describe("cookies", () => {
  test("set by a step go along with the later ones, also when a redirect set them, until they are taken back", async () => {
    const seen: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers.cookie);
      const path = request.url ?? "";
      if (path === "/in") response.setHeader("set-cookie", ["sid=abcdefgh; Path=/", "only=x; Path=/admin"]);
      if (path === "/out") response.setHeader("set-cookie", "sid=; Path=/; Max-Age=0");
      if (path === "/in") response.writeHead(302, { location: "/home" }).end();
      else json(response, {});
    });
    const steps = ["/in", "/me", "/admin/x", "/out", "/me"].map((get) => ({ get }));
    const outcome = await runFlow(server.url, { steps });
    expect(outcome.findings).toEqual([]);
    expect(seen).toEqual([
      undefined,
      "sid=abcdefgh",
      "sid=abcdefgh",
      "only=x; sid=abcdefgh",
      "sid=abcdefgh",
      undefined,
    ]);
  });

  test("of one flow are not those of another", async () => {
    const seen: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers.cookie);
      response.setHeader("set-cookie", "sid=abcdefgh; Path=/");
      json(response, {});
    });
    const flows = [
      { name: "a", get: "/" },
      { name: "b", get: "/" },
    ];
    await runGate({ baseUrl: server.url, options: { warmUp: false, concurrency: 1, flows } });
    expect(seen).toEqual([undefined, undefined]);
  });
});

describe("sign-in", () => {
  const LOGIN = { login: { post: "/login", body: { form: { user: "ana", password: "s3cret-word" } } } };

  test("by cookie happens once a run and serves every flow", async () => {
    const server = await serve(async (request, response) => {
      if (request.url === "/login") {
        expect(await readBody(request)).toBe("user=ana&password=s3cret-word");
        response.setHeader("set-cookie", "sid=abcdefgh; Path=/; HttpOnly");
        json(response, {});
      } else json(response, {}, request.headers.cookie === "sid=abcdefgh" ? 200 : 401);
    });
    const flows = ["/a", "/b", "/c"].map((get) => ({ name: get, get }));
    const outcome = await runGate({ baseUrl: server.url, options: { warmUp: false, auth: LOGIN, flows } });
    expect(outcome.findings).toEqual([]);
    expect(server.seen.filter((one) => one === "POST /login")).toHaveLength(1);
  });

  test("that fails is one cause of everything that needs it", async () => {
    const server = await serve((_, response) => json(response, { error: "locked" }, 401));
    const flows = ["/a", "/b", "/c"].map((get) => ({ name: get, get }));
    const outcome = await runGate({ baseUrl: server.url, options: { warmUp: false, auth: LOGIN, flows } });
    expect(outcome.rules).toEqual(["flows/login"]);
    expect(outcome.findings[0]!.message).toContain("3 flows broken by it: /a, /b, /c");
    expect(server.seen).toEqual(["POST /login"]);
  });

  test("by client credentials: the token is fetched once, sent as bearer, and shown nowhere", async () => {
    const seen: string[] = [];
    const server = await serve(async (request, response) => {
      if (request.url === "/token") {
        seen.push(`${request.headers.authorization} ${await readBody(request)}`);
        json(response, { access_token: "very-secret-token", expires_in: 3600 });
      } else json(response, { echo: request.headers.authorization }, 500);
    });
    const oauth2 = { tokenUrl: "/token", clientId: "me", clientSecret: "client-secret", scope: "read write" };
    const flows = ["/a", "/b"].map((get) => ({ name: get, get }));
    const outcome = await runGate({
      baseUrl: server.url,
      options: { warmUp: false, auth: { oauth2 }, flows },
    });
    const basic = Buffer.from("me:client-secret").toString("base64");
    expect(seen).toEqual([`Basic ${basic} grant_type=client_credentials&scope=read+write`]);
    expect(outcome.checks.every((check) => check.failureClass === "status")).toBe(true);
    expect(JSON.stringify(outcome)).not.toContain("very-secret-token");
    expect(JSON.stringify(outcome)).not.toContain("client-secret");
  });
});

describe("files", () => {
  const root = mkdtempSync(join(tmpdir(), "live-flows-"));
  beforeAll(() => {
    mkdirSync(join(root, "data"));
    writeFileSync(join(root, "data", "rows.csv"), "a,b\n1,2\n");
    symlinkSync(tmpdir(), join(root, "data", "out"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("are sent as they are, with their type", async () => {
    let got = "";
    const server = await serveRoutes({
      "POST /rows": async (request, response) => {
        got = `${request.headers["content-type"]}|${await readBody(request)}`;
        json(response, {});
      },
    });
    const outcome = await runFlow(server.url, { post: "/rows", body: { file: "data/rows.csv" } }, { root });
    expect(outcome.findings).toEqual([]);
    expect(got).toBe("text/csv|a,b\n1,2\n");
  });

  test("and fields as a multipart form that others can read", async () => {
    let form: FormData | null = null;
    const server = await serveRoutes({
      "POST /upload": async (request, response) => {
        const headers = { "content-type": request.headers["content-type"] ?? "" };
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        form = await new Response(Buffer.concat(chunks), { headers }).formData();
        json(response, {});
      },
    });
    const multipart = { note: 'a "quoted" note', rows: { file: "data/rows.csv" } };
    await runFlow(server.url, { post: "/upload", body: { multipart } }, { root });
    expect(form!.get("note")).toBe('a "quoted" note');
    const file = form!.get("rows") as File;
    expect([file.name, file.type, await file.text()]).toEqual(["rows.csv", "text/csv", "a,b\n1,2\n"]);
  });

  test.each(["../elsewhere", "data/out/x", "data/none.csv"])(
    "outside or absent: %s cannot be sent",
    async (path) => {
      const server = await serve((_, response) => json(response, {}));
      const outcome = await runFlow(server.url, { post: "/", body: { file: path } }, { root });
      expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "bad-flow", examined: 0 });
      expect(server.seen).toEqual([]);
    },
  );
});
