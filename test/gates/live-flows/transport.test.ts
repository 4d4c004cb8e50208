/** Services that do not answer as they should: each failure is named, none is a pass, none hangs. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  freePort,
  json,
  latch,
  runFlow,
  runGate,
  serve,
  serveRoutes,
  serveTcp,
  serveWith,
} from "./helpers.ts";

const flows = (...paths: string[]) => paths.map((path) => ({ name: path.slice(1) || "root", get: path }));

describe("nobody there", () => {
  test("every flow refused: errored with one root cause, below the bar of a failure", async () => {
    const port = await freePort();
    const outcome = await runGate({
      baseUrl: `http://127.0.0.1:${port}`,
      options: { flows: flows("/a", "/b", "/c") },
    });
    expect(outcome.checks).toHaveLength(1);
    expect(outcome.check()).toMatchObject({
      status: "errored",
      failureClass: "refused",
      planned: 3,
      examined: 0,
    });
    expect(outcome.check().message).toMatch(
      /^API unreachable: http:\/\/127\.0\.0\.1:\d+ refused the connection/,
    );
    expect(outcome.rules).toEqual(["flows/refused"]);
    expect(outcome.findings[0]!.severity).toBe("medium");
    expect(outcome.findings[0]!.message).toContain("3 flows without an answer: a, b, c");
  });

  test("a single flow refused is errored too: nothing was examined", async () => {
    const outcome = await runFlow(`http://127.0.0.1:${await freePort()}`, { get: "/" });
    expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "refused", examined: 0 });
  });

  test("a flow that cannot be run does not turn an absent service into a failure", async () => {
    const options = { flows: [...flows("/a", "/b"), { name: "bad", get: "/", expect: { latency: "soon" } }] };
    const outcome = await runGate({ baseUrl: `http://127.0.0.1:${await freePort()}`, options });
    expect(outcome.checks.map((check) => [check.status, check.failureClass, check.planned])).toEqual([
      ["errored", "refused", 2],
      ["errored", "bad-flow", 1],
    ]);
  });

  test("a name that does not resolve", async () => {
    const outcome = await runFlow("http://nobody.invalid", { get: "/" });
    expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "dns", examined: 0 });
  });

  test("one flow refused beside others that work is a failure of that flow", async () => {
    const server = await serveRoutes({ "GET /a": (_, response) => json(response, {}) });
    const port = await freePort();
    const outcome = await runGate({
      baseUrl: server.url,
      options: {
        warmUp: false,
        flows: [...flows("/a"), { name: "other", get: `http://127.0.0.1:${port}/x` }],
      },
    });
    expect(outcome.check("a").status).toBe("passed");
    expect(outcome.check("other")).toMatchObject({ status: "failed", failureClass: "refused", examined: 1 });
    expect(outcome.finding("flows/refused")).toMatchObject({ severity: "high", target: "other" });
  });

  test("what infra-health found is said beside it", async () => {
    const outcome = await runFlow(
      `http://127.0.0.1:${await freePort()}`,
      { get: "/" },
      {
        upstream: { "infra-health": { status: "failed", failureClasses: ["postgres-refused"] } },
      },
    );
    expect(outcome.check().message).toContain("infra-health ended failed (postgres-refused)");
  });
});

/** Long enough to connect on a busy machine; the servers below never answer in any time. */
const DEADLINE = "400ms";

describe("deadlines", () => {
  test("no answer: timeout, named with its stage", async () => {
    const held = latch();
    const server = await serve(async (_, response) => {
      await held.promise;
      response.end();
    });
    const outcome = await runFlow(server.url, { get: "/slow", timeout: DEADLINE });
    held.release();
    expect(outcome.rules).toEqual(["flows/timeout"]);
    expect(outcome.check()).toMatchObject({ status: "failed", failureClass: "timeout", examined: 1 });
    expect(outcome.findings[0]!.message).toMatch(/connected, but no answer within 400 ms/);
  });

  test("a body that does not end", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("so far");
    });
    const outcome = await runFlow(server.url, { get: "/drip", timeout: DEADLINE });
    expect(outcome.rules).toEqual(["flows/timeout"]);
    expect(outcome.findings[0]!.message).toContain("the answer began but did not end");
  });

  test("one slow flow does not slow the others down", async () => {
    const held = latch();
    const server = await serveRoutes({
      "GET /slow": async (_, response) => {
        await held.promise;
        response.end();
      },
      "GET /fast": (_, response) => json(response, {}),
    });
    const options = {
      flows: [{ name: "slow", get: "/slow", timeout: DEADLINE }, ...flows("/fast")],
    };
    const outcome = await runGate({ baseUrl: server.url, options });
    held.release();
    expect(outcome.check("slow").status).toBe("failed");
    expect(outcome.check("fast").status).toBe("passed");
  });

  test("a service that answers nobody: one finding, and later flows are not tried in vain", async () => {
    const held = latch();
    const server = await serve(async (_, response) => {
      await held.promise;
      response.end();
    });
    const names = ["/a", "/b", "/c", "/d", "/e"];
    const options = {
      warmUp: false,
      concurrency: 1,
      flows: flows(...names).map((flow) => ({ ...flow, timeout: DEADLINE })),
    };
    const outcome = await runGate({ baseUrl: server.url, options });
    held.release();
    expect(server.seen).toEqual(["GET /a", "GET /b"]);
    expect(outcome.rules).toEqual(["flows/timeout"]);
    expect(outcome.finding("flows/timeout")).toMatchObject({ severity: "high" });
    expect(outcome.checks.map((check) => check.status)).toEqual([
      "failed",
      "failed",
      "errored",
      "errored",
      "errored",
    ]);
    expect(outcome.check("e").failureClass).toBe("not-tried");
  });

  test("cancelling the run ends it at once; what was not run is errored", async () => {
    const controller = new AbortController();
    const held = latch();
    const server = await serve(async (_, response) => {
      controller.abort();
      await held.promise;
      response.end();
    });
    const options = { warmUp: false, concurrency: 1, flows: flows("/a", "/b") };
    const outcome = await runGate({ baseUrl: server.url, options, signal: controller.signal });
    held.release();
    expect(outcome.checks.map((check) => [check.status, check.failureClass, check.examined])).toEqual([
      ["errored", "cancelled", 0],
      ["errored", "cancelled", 0],
    ]);
    expect(server.seen).toEqual(["GET /a"]);
  });
});

describe("redirects", () => {
  const to =
    (location: string, status = 302) =>
    (_: unknown, response: import("node:http").ServerResponse) =>
      response.writeHead(status, { location }).end();

  test("are followed on the same host, and the times add up", async () => {
    const server = await serveRoutes({
      "GET /a": to("/b"),
      "GET /b": to("/c", 308),
      "GET /c": (_, response) => json(response, { at: "c" }),
    });
    const outcome = await runFlow(server.url, { get: "/a", expect: { json: { "$.at": "c" } } });
    expect(outcome.check().status).toBe("passed");
    expect(server.seen).toEqual(["GET /a", "GET /b", "GET /c"]);
  });

  test("in a circle", async () => {
    const server = await serveRoutes({ "GET /a": to("/b"), "GET /b": to("/a") });
    const outcome = await runFlow(server.url, { get: "/a" });
    expect(outcome.rules).toEqual(["flows/redirect-loop"]);
    expect(server.seen).toHaveLength(2);
  });

  test("without end", async () => {
    const server = await serve((request, response) => to(`${request.url}x`)(request, response));
    const outcome = await runFlow(server.url, { get: "/a" });
    expect(outcome.rules).toEqual(["flows/redirect-loop"]);
    expect(outcome.findings[0]!.message).toContain("more than 5 times");
    expect(server.seen).toHaveLength(6);
  });

  test("to another host are refused, unless allowed, and credentials stay behind", async () => {
    let seen: string | undefined = "nothing";
    const other = await serve((request, response) => {
      seen = request.headers.authorization;
      json(response, {});
    });
    const server = await serveRoutes({ "GET /a": to(`${other.url}/`) });
    const refused = await runFlow(server.url, { get: "/a" });
    expect(refused.rules).toEqual(["flows/redirect-host"]);
    expect(other.seen).toEqual([]);
    const redirects = { hosts: [`127.0.0.1:${other.port}`] };
    const allowed = await runFlow(server.url, { get: "/a", redirects, auth: { bearer: "t0p-secret" } });
    expect(allowed.check().status).toBe("passed");
    expect(seen).toBeUndefined();
  });

  test("are the answer when the flow expects one", async () => {
    const server = await serveRoutes({ "GET /a": to("https://elsewhere.example/") });
    const expected = { status: 302, headers: { location: "https://elsewhere.example/" } };
    const outcome = await runFlow(server.url, { get: "/a", expect: expected });
    expect(outcome.check().status).toBe("passed");
  });

  test("a POST that is sent elsewhere becomes a GET, or stays a POST with 307", async () => {
    const server = await serveRoutes({
      "POST /a": to("/done", 303),
      "POST /b": to("/again", 307),
      "GET /done": (_, response) => json(response, {}),
      "POST /again": (_, response) => json(response, {}),
    });
    const body = { json: { n: 1 } };
    expect((await runFlow(server.url, { post: "/a", body })).check().status).toBe("passed");
    expect((await runFlow(server.url, { post: "/b", body })).check().status).toBe("passed");
    expect(server.seen).toEqual(["POST /a", "GET /done", "POST /b", "POST /again"]);
  });
});

describe("bodies", () => {
  test("larger than the limit: reading stops", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      const chunk = Buffer.alloc(64 * 1024, "x");
      const more = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const options = { warmUp: false, maxBody: "100kb", flows: flows("/endless") };
    const outcome = await runGate({ baseUrl: server.url, options });
    expect(outcome.rules).toEqual(["flows/size"]);
    expect(outcome.findings[0]!.message).toContain("larger than 100000 bytes");
  });

  test("shorter than announced", async () => {
    const server = await serveTcp((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this"));
    });
    const outcome = await runFlow(server.url, { get: "/" });
    expect(outcome.rules).toEqual(["flows/truncated"]);
  });

  test("cut off in a chunk", async () => {
    const server = await serveTcp((socket) => {
      socket.once("data", () =>
        socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n50\r\nonly this"),
      );
    });
    const outcome = await runFlow(server.url, { get: "/" });
    expect(outcome.rules).toEqual(["flows/truncated"]);
  });

  test("that claims to be zipped and is not", async () => {
    const server = await serve((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end("plain"),
    );
    const outcome = await runFlow(server.url, { get: "/" });
    expect(outcome.rules).toEqual(["flows/protocol"]);
  });
});

describe("connections", () => {
  test("no HTTP at all", async () => {
    const server = await serveTcp((socket) =>
      socket.once("data", () => socket.end("SSH-2.0-OpenSSH_9.2\r\n")),
    );
    const outcome = await runFlow(server.url, { get: "/" });
    expect(outcome.rules).toEqual(["flows/protocol"]);
    expect(outcome.check().status).toBe("failed");
  });

  test("closed before an answer", async () => {
    const server = await serveTcp((socket) => socket.once("data", () => socket.destroy()));
    const outcome = await runFlow(server.url, { get: "/" });
    expect(outcome.rules).toEqual(["flows/reset"]);
  });

  test("reset when reused: a safe request is sent again on a fresh one, and that is told", async () => {
    let connections = 0;
    const server = await serveTcp((socket) => {
      connections += 1;
      let requests = 0;
      socket.on("data", () => {
        requests += 1;
        if (requests === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        else socket.resetAndDestroy();
      });
    });
    const options = { warmUp: false, concurrency: 1, flows: flows("/a", "/b") };
    const outcome = await runGate({ baseUrl: server.url, options });
    expect(outcome.checks.map((check) => check.status)).toEqual(["passed", "passed"]);
    expect(outcome.rules).toEqual(["flows/keep-alive-reset"]);
    expect(outcome.findings[0]).toMatchObject({ severity: "medium", target: "b" });
    expect(connections).toBe(2);
  });

  test("reset when reused: a write is not sent twice", async () => {
    let writes = 0;
    const server = await serveTcp((socket) => {
      socket.on("data", (data) => {
        if (data.toString().startsWith("POST")) {
          writes += 1;
          socket.resetAndDestroy();
        } else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      });
    });
    const options = {
      warmUp: false,
      concurrency: 1,
      flows: [...flows("/a"), { name: "order", post: "/order" }],
    };
    const outcome = await runGate({ baseUrl: server.url, options });
    expect(outcome.check("order")).toMatchObject({ status: "failed", failureClass: "reset" });
    expect(writes).toBe(1);
  });

  test("are reused within a lane", async () => {
    const ports = new Set<number | undefined>();
    const server = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      json(response, {});
    });
    await runGate({ baseUrl: server.url, options: { concurrency: 1, flows: flows("/a", "/b", "/c") } });
    expect(ports.size).toBe(1);
    expect(server.seen).toEqual(["GET /", "GET /a", "GET /b", "GET /c"]);
  });
});

function selfSigned(): { key: string; cert: string } | null {
  const dir = mkdtempSync(join(tmpdir(), "cert-"));
  try {
    const files = ["-keyout", join(dir, "key.pem"), "-out", join(dir, "cert.pem")];
    const subject = ["-subj", "/CN=127.0.0.1", "-days", "2"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...files, ...subject], {
      stdio: "ignore",
    });
    return {
      key: readFileSync(join(dir, "key.pem"), "utf8"),
      cert: readFileSync(join(dir, "cert.pem"), "utf8"),
    };
  } catch {
    return null;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe("TLS", () => {
  const pair = selfSigned();

  test.skipIf(pair === null)("a certificate nobody trusts is one finding however many flows", async () => {
    const server = await serveWith(
      createTlsServer(pair!, (_, response) => void response.end()),
      "https",
    );
    const outcome = await runGate({ baseUrl: server.url, options: { flows: flows("/a", "/b") } });
    expect(outcome.rules).toEqual(["flows/certificate"]);
    expect(outcome.findings[0]).toMatchObject({ severity: "high" });
    expect(outcome.findings[0]!.message).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(outcome.checks.map((check) => [check.status, check.failureClass])).toEqual([
      ["failed", "certificate"],
      ["failed", "certificate"],
    ]);
  });

  test("https to a port that speaks plain HTTP", async () => {
    const server = await serve((_, response) => void response.end());
    const outcome = await runFlow(server.url.replace("http:", "https:"), { get: "/" });
    expect(outcome.rules).toEqual(["flows/tls"]);
  });
});
