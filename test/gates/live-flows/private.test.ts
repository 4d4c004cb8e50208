/** Where a flow must not be led: private addresses, other hosts by captured URLs; and what is said of proxies. */
import { lookup } from "node:dns";
import { connect, type LookupFunction } from "node:net";
import { describe, expect, test } from "vitest";
import { guardedLookup, isPrivateAddress, PRIVATE_CODE } from "../../../gates/live-flows/http/private.ts";
import { proxyHint } from "../../../gates/live-flows/proxy-hint.ts";
import { json, runFlow, serveRoutes } from "./helpers.ts";

describe("private addresses", () => {
  test.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "[::1]",
    "fd00::1",
    "fe80::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::a9fe:a9fe",
  ])("%s is one", (address) => expect(isPrivateAddress(address)).toBe(true));
  test.each(["8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "example.com", ""])(
    "%s is none",
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );

  test.each(["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])("the spelling %s is seen through", (host) =>
    expect(isPrivateAddress(new URL(`http://${host}/`).hostname)).toBe(true),
  );

  test("a name that resolves to one is not connected to", async () => {
    const code = await new Promise((resolve) => {
      const socket = connect({ host: "localhost", port: 9, lookup: guardedLookup as LookupFunction });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(code).toBe(PRIVATE_CODE);
    // The same name does resolve: it is the guard that refuses.
    const found = await new Promise((resolve) => lookup("localhost", (error) => resolve(error)));
    expect(found).toBeNull();
  });
});

test("a URL from an answer that leads to another host is not asked", async () => {
  const server = await serveRoutes({
    "GET /a": (_, response) => json(response, { next: "http://169.254.169.254/latest" }),
  });
  const steps = [{ get: "/a", capture: { next: "$.next" } }, { get: "{{next}}" }];
  const outcome = await runFlow(server.url, { steps });
  expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "bad-flow" });
  expect(outcome.check().message).toContain("169.254.169.254");
});

test("a proxy of the environment that is not used is said, where it would have been", () => {
  const env = { HTTP_PROXY: "http://proxy:3128", NO_PROXY: "internal.example, .corp" };
  expect(proxyHint(new URL("http://shop.example"), env)).toContain("HTTP_PROXY is set");
  expect(proxyHint(new URL("https://shop.example"), env)).toBe("");
  expect(proxyHint(new URL("http://internal.example"), env)).toBe("");
  expect(proxyHint(new URL("http://a.corp"), env)).toBe("");
  expect(proxyHint(new URL("http://127.0.0.1:3000"), env)).toBe("");
});
