import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../modsquad/config/load.ts";
import type { DashboardView } from "../../modsquad/dashboard/view.ts";
import { type Channel, channelsOf } from "../../modsquad/relay/channels/config.ts";
import { courier, waitMs } from "../../modsquad/relay/channels/deliver.ts";
import { createNotifier } from "../../modsquad/relay/channels/index.ts";
import { messageFor } from "../../modsquad/relay/channels/message.ts";
import { openOutbox, outboxFile } from "../../modsquad/relay/channels/outbox.ts";
import { isForbidden, post, type Reply, retryAfter } from "../../modsquad/relay/channels/post.ts";
import { type Transition, transitionOf } from "../../modsquad/relay/channels/transition.ts";
import { root } from "./support.ts";

const change = (more: Partial<Transition> = {}): Transition => ({
  id: "0123456789abcdef0123456789abcdef",
  key: "shop\nmain\nfull\nci",
  from: "safe",
  to: "blocked",
  repository: "shop",
  branch: "main",
  commit: "0123456789abcdef",
  mode: "full",
  env: "ci",
  runId: "run-1",
  startedAt: "2026-11-21T10:00:00.000Z",
  at: new Date().toISOString(),
  text: "unit-tests failed",
  riskPct: 3.41,
  targetPct: 0.5,
  gates: [{ id: "unit-tests", word: "failed", reason: "3 of 5 failed" }],
  ...more,
});

const channel = (
  type: Channel["type"],
  url = "http://127.0.0.1:9/x",
  more: Partial<Channel> = {},
): Channel => ({
  name: `to-${type}`,
  type,
  url: new URL(url),
  ...more,
});

/** What is seen of runs that ended with these codes (null: crashed), each later than the one before. */
function views() {
  let number = 0;
  return (exitCode: number | null, scope: string[] | null = null): DashboardView => {
    number += 1;
    const startedAt = new Date(Date.UTC(2026, 10, 21, 10, 0, number)).toISOString();
    const run = {
      runId: `run-${number}`,
      branch: "main",
      commit: null,
      mode: "full",
      env: "ci",
      scope,
      startedAt,
    };
    const word = exitCode === null ? "CRASHED" : exitCode === 0 ? "APPROVED" : "BLOCKED";
    return {
      now: new Date().toISOString(),
      life: exitCode === null ? "crashed" : "done",
      run: { ...run, finishedAt: exitCode === null ? null : new Date().toISOString() },
      answer: { word, exitCode, text: "because" },
      risk: null,
      gates: [{ id: "unit-tests", tone: "bad", word: "failed", reason: "3 of 5", detail: "" }],
    } as unknown as DashboardView;
  };
}

describe("a transition", () => {
  it("is told when it can not ship any more, when it can again, and when a run crashes; not with every run", () => {
    const view = views();
    const known = new Map<string, Transition>();
    const told: string[] = [];
    const look = (seen: ReturnType<typeof view>) => {
      const found = transitionOf("shop", seen, (key) => known.get(key));
      told.push(found?.to ?? "-");
      if (found) known.set(found.key, found);
    };
    const outcomes = [0, 0, 1, 1, 1, null, null, 1, 0, 0];
    for (const outcome of outcomes) look(view(outcome));
    expect(told).toEqual(["-", "-", "blocked", "-", "-", "crashed", "-", "blocked", "safe", "-"]);
  });

  it("has the same id however often it is noticed; a narrowed or an older run makes none", () => {
    const view = views();
    const [old, blocked, narrowed] = [view(0), view(1), view(1, ["repo-audit"])];
    const first = transitionOf("shop", blocked, () => undefined);
    expect(first).toMatchObject({ from: null, to: "blocked", runId: "run-2" });
    expect(transitionOf("shop", blocked, () => undefined)?.id).toBe(first?.id);
    expect(transitionOf("shop", old, () => first!)).toBeNull();
    expect(transitionOf("shop", narrowed, () => undefined)).toBeNull();
  });
});

describe("a message", () => {
  const anything = fc.string({ unit: "binary", maxLength: 5000 });
  it("keeps to the limits of each service, whatever it holds, and mentions nobody", () => {
    fc.assert(
      fc.property(anything, anything, fc.boolean(), (text, reason, repeat) => {
        const gates = Array.from({ length: 10 }, () => ({ id: reason, word: "failed", reason }));
        const transition = change({ text, repository: reason.slice(0, 400) || "shop", gates });
        const slack = JSON.parse(messageFor(channel("slack"), transition, repeat, 0).body);
        for (const block of slack.blocks) expect(block.text.text.length).toBeLessThanOrEqual(3000);
        expect(JSON.stringify(slack)).not.toMatch(/<[!@#h]/);
        const teams = messageFor(channel("teams"), transition, repeat, 0).body;
        expect(Buffer.byteLength(teams)).toBeLessThanOrEqual(28 * 1024);
        const discord = JSON.parse(messageFor(channel("discord"), transition, repeat, 0).body);
        expect(discord.allowed_mentions).toEqual({ parse: [] });
        expect(discord.embeds[0].title.length).toBeLessThanOrEqual(256);
        expect(discord.embeds[0].description.length).toBeLessThanOrEqual(4096);
      }),
      { numRuns: 50 },
    );
  });

  it("to a webhook is a signed CloudEvent", () => {
    const secret = "whsec-test";
    const { body, headers } = messageFor(
      channel("webhook", undefined, { secret }),
      change(),
      false,
      1_700_000_000_000,
    );
    expect(JSON.parse(body)).toMatchObject({
      specversion: "1.0",
      id: change().id,
      type: "meta-orch.status.blocked",
    });
    const expected = createHmac("sha256", secret)
      .update(`${change().id}.1700000000.${body}`)
      .digest("base64");
    expect(headers).toMatchObject({
      "content-type": "application/cloudevents+json",
      "idempotency-key": change().id,
      "webhook-id": change().id,
      "webhook-timestamp": "1700000000",
      "webhook-signature": `v1,${expected}`,
    });
  });
});

describe("the channels of a config", () => {
  it("are read with their secrets, and what is wrong is told without an address", async () => {
    const at = root();
    writeFileSync(
      join(at, "modsquad.config.json"),
      JSON.stringify({
        channels: {
          ops: { type: "slack", url: "${HOOK}" },
          mine: { type: "webhook", url: "https://example.com/in", secret: "s" },
          odd: { type: "slak", url: "https://hooks.slack.com/hunter2" },
          elsewhere: { type: "discord", url: "https://example.com/hunter2" },
          plain: { type: "webhook", url: "http://example.com/hunter2" },
          file: { type: "webhook", url: "file:///etc/passwd" },
        },
      }),
    );
    const env = { HOOK: "https://hooks.slack.com/services/T/B/hunter2" };
    const loaded = await loadConfig({ repo: at, mode: "full", lenient: true, cwd: at, processEnv: env });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { channels, problems } = channelsOf(loaded.value, env);
    expect(channels.map(({ name }) => name)).toEqual(["ops", "mine"]);
    expect(problems).toHaveLength(4);
    expect(JSON.stringify(problems)).toContain('Did you mean \\"slack\\"?');
    expect(JSON.stringify(problems)).not.toContain("hunter2");
    expect(channelsOf(loaded.value, {}).problems[0]?.what).toContain("HOOK");
  });
});

describe("sending", () => {
  it("waits longer each time, and as long as the service asks", () => {
    expect([1, 2, 3].map((attempt) => waitMs(attempt, null, 0))).toEqual([250, 500, 1000]);
    expect(waitMs(1, 20_000, 0.5)).toBe(20_000);
    expect(waitMs(50, null, 0.999)).toBeLessThanOrEqual(300_000);
    const now = Date.parse("2026-11-21T10:00:00Z");
    expect(retryAfter("3", "", now)).toBe(3000);
    expect(retryAfter("Sat, 21 Nov 2026 10:00:05 GMT", "", now)).toBe(5000);
    expect(retryAfter(undefined, '{"retry_after":0.5}', now)).toBe(500);
    expect(retryAfter(undefined, "", now)).toBeNull();
  });

  it("never speaks to addresses where clouds keep credentials", async () => {
    for (const address of ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0", "::"])
      expect(isForbidden(address)).toBe(true);
    for (const address of ["10.0.0.1", "127.0.0.1", "example.com"]) expect(isForbidden(address)).toBe(false);
    const reply = await post(new URL("http://169.254.169.254/latest/meta-data"), { body: "{}", headers: {} });
    expect(reply.kind).toBe("refused");
    expect((await post(new URL("http://[::ffff:169.254.169.254]/"), { body: "{}", headers: {} })).kind).toBe(
      "refused",
    );
  });

  /** A channel whose service answers as told, and a relay that ends in the middle. */
  function storm(replies: Reply["kind"][]) {
    const logs = join(root(), "modsquad", "logs");
    const sent: { id: string; inDoubt: boolean; at: number }[] = [];
    let clock = 0;
    const start = (signal: AbortSignal) =>
      courier({
        channel: channel("webhook"),
        outbox: openOutbox(logs),
        say: () => {},
        signal,
        random: () => 0.5,
        pause: async (ms) => {
          clock += ms;
        },
        send: async (_channel, due) => {
          sent.push({ id: due.transition.id, inDoubt: due.inDoubt, at: clock });
          const kind = replies.shift() ?? "taken";
          if (kind === "later") return { kind, why: "it answered 503", afterMs: null, answered: true };
          return kind === "taken" ? { kind } : { kind, why: "it answered 404" };
        },
      });
    return { logs, sent, start };
  }

  it("tries again until it is taken, keeps the order, and gives up what is refused", async () => {
    const { logs, sent, start } = storm(["later", "later", "taken", "refused", "taken"]);
    const outbox = openOutbox(logs);
    for (const id of ["a", "b", "c"]) outbox.add(change({ id }), ["to-webhook"]);
    const one = start(new AbortController().signal);
    one.wake();
    await one.idle();
    expect(sent.map(({ id }) => id)).toEqual(["a", "a", "a", "b", "c"]);
    expect(sent.every(({ inDoubt }) => !inDoubt)).toBe(true);
    expect(openOutbox(logs).due()).toEqual([]);
  });

  it("goes on where a relay that was killed left off: nothing lost, and a repeat says so", async () => {
    const { logs, sent, start } = storm([]);
    const outbox = openOutbox(logs);
    for (const id of ["told", "asked", "new"]) outbox.add(change({ id }), ["to-webhook"]);
    outbox.mark("sending", "told", "to-webhook");
    outbox.mark("delivered", "told", "to-webhook");
    outbox.mark("sending", "asked", "to-webhook");
    // Killed while it wrote.
    writeFileSync(outboxFile(logs), '{"kind":"deliv', { flag: "a" });
    const one = start(new AbortController().signal);
    one.wake();
    await one.idle();
    expect(sent.map(({ id, inDoubt }) => [id, inDoubt])).toEqual([
      ["asked", true],
      ["new", false],
    ]);
  });

  it("keeps the outbox small without forgetting where things stand", () => {
    const { logs } = storm([]);
    const lines: object[] = [];
    for (let at = 0; at < 800; at++) {
      const transition = change({ id: `id-${at}`, to: at % 2 ? "safe" : "blocked" });
      lines.push({ kind: "transition", transition, channels: ["to-webhook"] });
      lines.push({ kind: "sending", id: transition.id, channel: "to-webhook" });
      if (at < 798) lines.push({ kind: "delivered", id: transition.id, channel: "to-webhook" });
    }
    writeFileSync(outboxFile(logs), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    openOutbox(logs);
    expect(readFileSync(outboxFile(logs), "utf8").split("\n").length).toBeLessThan(10);
    const again = openOutbox(logs);
    expect(again.due().map(({ transition, inDoubt }) => [transition.id, inDoubt])).toEqual([
      ["id-798", true],
      ["id-799", true],
    ]);
    expect(again.known(change().key)?.to).toBe("safe");
  });
});

describe("a notifier", () => {
  it("tells a hundred failures once and the recovery once, and only one relay tells", async () => {
    const got: { headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        got.push({ headers: request.headers, body });
        response.end("ok");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret`;
    const said: string[] = [];
    const logs = join(root(), "modsquad", "logs");
    const options = {
      repository: "shop",
      logs,
      channels: [channel("webhook", url)],
      say: (text: string) => said.push(text),
    };
    const notifier = createNotifier(options)!;
    expect(createNotifier(options)).toBeNull();
    expect(said.join()).toContain("another relay sends them");
    const view = views();
    for (let at = 0; at < 100; at++) notifier.look(view(1));
    notifier.look(view(0));
    await expect.poll(() => got.length).toBe(2);
    await notifier.close();
    expect(got.map(({ body }) => JSON.parse(body).type)).toEqual([
      "meta-orch.status.blocked",
      "meta-orch.status.safe",
    ]);
    expect(said.join()).not.toContain("secret");
    const next = createNotifier(options)!;
    await next.close();
    expect(got).toHaveLength(2);
  });
});
