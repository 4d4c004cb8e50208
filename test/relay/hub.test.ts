import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHub, eventId, type Hub, seqOf } from "../../modsquad/relay/hub.ts";
import { type Sink, subscribe } from "../../modsquad/relay/subscriber.ts";

const say = (hub: Hub, type: "record" | "view" = "record") =>
  hub.publish({ type, repo: "shop", runId: "r", data: { text: "x".repeat(20) } });

/** A client that takes messages while it is willing. */
function client(hub: Hub, more: { since?: number | null; only?: ReadonlySet<"view"> } = {}) {
  const got: string[] = [];
  const state = { willing: true, ended: "" };
  const sink: Sink = {
    send: (kind, seq) => {
      got.push(kind === "snapshot" ? `snapshot-${seq}` : String(seq));
      return state.willing;
    },
    end: (reason) => {
      state.ended = reason;
    },
  };
  const subscriber = subscribe({
    hub,
    sink,
    only: more.only ?? null,
    since: more.since === undefined ? null : more.since,
    snapshot: () => "{}",
    stallMs: 5,
  });
  return { got, state, ...subscriber };
}

describe("the hub", () => {
  it("numbers messages from 1 and keeps the latest", () => {
    const hub = createHub({ messages: 2, characters: 1e6 });
    for (let at = 0; at < 5; at++) say(hub);
    expect(hub.seq).toBe(5);
    expect([3, 4, 5, 6].map((seq) => hub.at(seq)?.seq ?? null)).toEqual([null, 4, 5, null]);
    expect([2, 3, 5, 6].map((seq) => hub.has(seq))).toEqual([false, true, true, false]);
  });

  it("keeps no more characters than it may, but always the latest message", () => {
    const hub = createHub({ messages: 100, characters: 300 });
    for (let at = 0; at < 20; at++) say(hub);
    expect(hub.at(20)).not.toBeNull();
    expect(hub.at(15)).toBeNull();
    hub.publish({ type: "record", repo: "shop", runId: null, data: { text: "x".repeat(1000) } });
    expect(hub.at(21)).not.toBeNull();
  });

  it("knows its own ids and no others", () => {
    const hub = createHub();
    expect(seqOf(eventId(hub.epoch, 12), hub.epoch)).toBe(12);
    for (const id of [null, "", "12", eventId("0123", 12), `${hub.epoch}--1`, `${hub.epoch}-1e3`])
      expect(seqOf(id, hub.epoch)).toBeNull();
  });
});

describe("a client of the hub", () => {
  it("starts with a snapshot and then gets everything", () => {
    const hub = createHub();
    say(hub);
    const { got, close } = client(hub);
    say(hub);
    say(hub);
    close();
    say(hub);
    expect(got).toEqual(["snapshot-1", "2", "3"]);
  });

  it("goes on where it was", () => {
    const hub = createHub();
    for (let at = 0; at < 4; at++) say(hub);
    expect(client(hub, { since: 2 }).got).toEqual(["3", "4"]);
    expect(client(hub, { since: 4 }).got).toEqual([]);
  });

  it("gets only the kinds it asked for", () => {
    const hub = createHub();
    const { got } = client(hub, { only: new Set(["view"] as const), since: 0 });
    say(hub);
    say(hub, "view");
    say(hub);
    expect(got).toEqual(["2"]);
  });

  it("that is slow gets nothing queued, and catches up without a gap", () => {
    const hub = createHub();
    const slow = client(hub, { since: 0 });
    slow.state.willing = false;
    for (let at = 0; at < 50; at++) say(hub);
    expect(slow.got).toEqual(["1"]);
    slow.state.willing = true;
    slow.drained();
    expect(slow.got).toEqual(Array.from({ length: 50 }, (_, at) => String(at + 1)));
    slow.close();
  });

  it("that takes nothing for too long is let go", async () => {
    const hub = createHub();
    const stuck = client(hub, { since: 0 });
    stuck.state.willing = false;
    say(hub);
    await expect.poll(() => stuck.state.ended).toBe("too slow");
    say(hub);
    expect(stuck.got).toEqual(["1"]);
  });

  it("never sees a gap, a duplicate or a message out of order, however it stops and goes", () => {
    const step = fc.constantFrom("say", "say", "say", "stop", "go", "leave");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), (steps, messages) => {
        const hub = createHub({ messages, characters: 1e6 });
        let heard: string[] = [];
        let one = client(hub);
        const at = () => Number(heard.at(-1)?.replace("snapshot-", ""));
        for (const each of steps) {
          if (each === "say") say(hub);
          if (each === "stop") one.state.willing = false;
          if (each === "go") {
            one.state.willing = true;
            one.drained();
          }
          if (each === "leave") {
            heard = [...heard, ...one.got];
            one.close();
            one = client(hub, { since: at() });
          }
        }
        one.state.willing = true;
        one.drained();
        one.close();
        let expected = -1;
        for (const each of [...heard, ...one.got]) {
          const seq = Number(each.replace("snapshot-", ""));
          if (!each.startsWith("snapshot-")) expect(seq).toBe(expected + 1);
          else expect(seq).toBeGreaterThan(expected);
          expected = seq;
        }
        expect(expected).toBe(hub.seq);
      }),
    );
  });
});
