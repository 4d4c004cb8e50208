import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, it, onTestFinished } from "vitest";
import { processIdentity } from "../../modsquad/journal/alive.ts";
import { readRun } from "../../modsquad/journal/files.ts";
import { appendHistory, historyRun } from "../../modsquad/journal/history.ts";
import { runRecord } from "../../modsquad/journal/record.ts";
import { eventId } from "../../modsquad/relay/hub.ts";
import { assess } from "../../modsquad/risk/assess.ts";
import { finding } from "../journal/support.ts";
import { ask, bearer, overEvents, overSocket, relayOn, root, runIn } from "./support.ts";

const get = async (relay: Parameters<typeof ask>[0] & { token: string }, path: string) => {
  const answer = await ask(relay, { path, headers: bearer(relay) });
  return { status: answer.status, value: JSON.parse(answer.body) };
};

describe("the relay", () => {
  it("tells what is there, and then every record as it is written, over both ways alike", async () => {
    const shop = root();
    const run = runIn(shop);
    const relay = await relayOn([shop]);
    const [socket, events] = [await overSocket(relay), await overEvents(relay)];
    const first = await socket.when((message) => message.type === "snapshot");
    expect(first).toMatchObject({
      reason: "start",
      data: { repositories: [{ id: "shop", latest: "run-1" }] },
    });
    expect(first.data.repositories[0].view).toMatchObject({ life: "live", answer: { word: "RUNNING" } });
    run.task("repo-audit", { status: "in_progress", endTime: null });
    run.task("repo-audit");
    run.end(1);
    for (const heard of [socket, events]) {
      await heard.when((message) => message.type === "view" && message.data.life === "done");
      const records = heard.messages.filter((message) => message.type === "record");
      expect(records.map(({ data }) => [data.task_id, data.status])).toEqual([
        ["repo-audit", "in_progress"],
        ["repo-audit", "completed"],
        ["meta-orchestrator", "failed"],
      ]);
    }
    const last = await socket.when(
      (message) => message.type === "repository" && message.data.runs[0]?.exitCode === 1,
    );
    expect(last.data.runs[0]).toMatchObject({ runId: "run-1", word: "BLOCKED" });
  });

  it("tells several repositories apart, those of the same name too", async () => {
    const [one, two] = [root(), root()];
    runIn(one, "run-a");
    const relay = await relayOn([one, two]);
    const { value } = await get(relay, "/api/state");
    expect(
      value.data.repositories.map((repo: { id: string; latest: string }) => [repo.id, repo.latest]),
    ).toEqual([
      ["shop", "run-a"],
      ["shop-2", null],
    ]);
    const heard = await overSocket(relay);
    runIn(two, "run-b");
    expect(await heard.when((message) => message.runId === "run-b")).toMatchObject({ repo: "shop-2" });
  });

  it("goes on behind what a client has, without a gap and without a duplicate", async () => {
    const shop = root();
    const run = runIn(shop);
    const relay = await relayOn([shop]);
    const before = await overEvents(relay);
    run.task("repo-audit");
    await before.when((message) => message.type === "record");
    const { seq, epoch } = before.messages.at(-1)!;
    before.close();
    for (let at = 0; at < 200; at++) run.task("live-flows", { status: "in_progress", endTime: null });
    run.end(1);
    const after = await overEvents(relay, "", eventId(epoch, seq));
    const over = await overSocket(relay, `?since=${eventId(epoch, seq)}`);
    for (const heard of [after, over]) {
      await heard.when((message) => message.type === "view" && message.data.life === "done");
      expect(heard.messages.map((message) => message.seq)).toEqual(
        heard.messages.map((_, index) => seq + 1 + index),
      );
      expect(heard.messages.filter((message) => message.type === "record")).toHaveLength(201);
    }
  });

  it("sends a snapshot to who was away for too long, or comes from another life of the relay", async () => {
    const shop = root();
    const run = runIn(shop);
    const relay = await relayOn([shop], { limits: { messages: 5, characters: 1e6 } });
    const { epoch } = relay.hub;
    const first = await overSocket(relay);
    for (let at = 0; at < 20; at++) run.task("live-flows");
    await first.when((message) => message.seq >= 20);
    const late = await overSocket(relay, `?since=${eventId(epoch, 1)}`);
    expect(await late.when(() => true)).toMatchObject({ type: "snapshot", reason: "missed" });
    const stranger = await overSocket(relay, "?since=0123abcd-7");
    expect(await stranger.when(() => true)).toMatchObject({ type: "snapshot", reason: "start" });
    const views = await overSocket(relay, `?only=view&since=${eventId(epoch, relay.hub.seq)}`);
    run.end(0);
    await views.when((message) => message.data.life === "done");
    expect(new Set(views.messages.map(({ type }) => type))).toEqual(new Set(["view"]));
  });

  it("says crashed when the process of a run is killed", async () => {
    const shop = root();
    const victim: ChildProcess = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    onTestFinished(() => void victim.kill("SIGKILL"));
    const pid = victim.pid!;
    const run = runIn(shop);
    const header = { ...run.header, pid, bootId: processIdentity(pid), host: hostname() };
    run.append(runRecord({ status: "in_progress", startTime: header.startedAt, header }));
    const relay = await relayOn([shop]);
    const [socket, events] = [await overSocket(relay), await overEvents(relay)];
    expect((await socket.when(() => true)).data.repositories[0].view.life).toBe("live");
    victim.kill("SIGKILL");
    for (const heard of [socket, events]) {
      const told = await heard.when((message) => message.type === "view" && message.data.life === "crashed");
      expect(told.data.answer).toMatchObject({ word: "CRASHED", tone: "bad" });
    }
    const { value } = await get(relay, "/api/state");
    expect(value.data.repositories[0].runs[0]).toMatchObject({ word: "CRASHED", exitCode: null });
  });

  it("shows a run, a gate with all its findings, and the raw log", async () => {
    const shop = root();
    const run = runIn(shop);
    const findings = Array.from({ length: 500 }, (_, at) =>
      finding(at, { message: `<img src=x onerror=${at}>` }),
    );
    run.task("repo-audit", { findings, status: "failed" });
    run.end(1);
    const relay = await relayOn([shop]);
    const base = "/api/repositories/shop/runs/run-1";
    expect((await get(relay, base)).value).toMatchObject({
      answer: { word: "BLOCKED" },
      findings: { total: 500 },
    });
    const gate = await get(relay, `${base}/gates/repo-audit`);
    expect(gate.value.findingList).toHaveLength(500);
    expect((await get(relay, `${base}/findings`)).value).toHaveLength(500);
    const log = await get(relay, `${base}/log`);
    const whole = readFileSync(run.path, "utf8").trimEnd().split("\n");
    expect(log.value.lines).toEqual(whole);
    const more = await get(relay, `${base}/log?after=${log.value.end}`);
    expect(more.value).toMatchObject({ lines: [], start: log.value.end, end: log.value.end });
    for (const path of [
      `${base}/gates/nobody`,
      `${base}x`,
      "/api/repositories/nobody/runs/run-1",
      "/nothing",
    ])
      expect((await get(relay, path)).status).toBe(404);
  });

  it("puts together a long raw log from slices, each line whole", async () => {
    const shop = root();
    const run = runIn(shop);
    for (let at = 0; at < 300; at++) run.task("repo-audit", { warnings: [`é${"x".repeat(1000)}${at}`] });
    const relay = await relayOn([shop]);
    let lines: string[] = [];
    let before = "";
    for (;;) {
      const { value } = await get(relay, `/api/repositories/shop/runs/run-1/log${before}`);
      lines = [...value.lines, ...lines];
      if (value.start === 0) break;
      before = `?before=${value.start}`;
    }
    expect(lines).toEqual(readFileSync(run.path, "utf8").trimEnd().split("\n"));
  });

  it("takes the trend from the history, and rows of runs that never ended from their journals", async () => {
    const shop = root();
    const run = runIn(shop);
    run.task("repo-audit");
    run.end(1);
    const relay = await relayOn([shop]);
    const heard = await overSocket(relay);
    const state = readRun(run.path);
    appendHistory(`${shop}/modsquad/logs`, historyRun(state, assess(state), 1, run.path));
    const told = await heard.when(
      (message) => message.type === "repository" && message.data.history.length > 0,
    );
    expect(told.data.history[0].gates["repo-audit"]).toMatchObject({ status: "completed", cached: false });
    expect(told.data.trend).toHaveLength(1);
  });

  it("has metrics Prometheus reads, without a label per run", async () => {
    const shop = root('sh"op');
    const run = runIn(shop);
    run.task("repo-audit", { durationSeconds: 2.5 });
    run.end(1);
    const relay = await relayOn([shop]);
    const { body, headers } = await ask(relay, { path: "/metrics", headers: bearer(relay) });
    expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toContain('meta_orch_gate_duration_seconds{repo="sh-op",gate="repo-audit"} 2.5\n');
    expect(body).toContain('meta_orch_verdict{repo="sh-op",verdict="blocked"} 1\n');
    expect(body).toMatch(/^meta_orch_risk_ratio\{repo="sh-op"\} 0\.\d+$/m);
    expect(body).not.toContain("run-1");
    for (const line of body.trimEnd().split("\n"))
      expect(line).toMatch(
        /^(# (HELP|TYPE) meta_orch_\w+ .+|meta_orch_\w+\{(\w+="[^"]*",?)+\} -?[\d.e+-]+)$/,
      );
  });
});
