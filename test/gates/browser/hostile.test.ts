/** Pages that do what pages should not: each a clear status in its deadline, never a hang, never a pass. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import browser from "../../../gates/browser/index.ts";
import type { Finding, GateResult } from "../../../modsquad/contracts/gate.ts";
import { folderWith } from "../../config/temporary.ts";
import { runGate } from "../run-gate.ts";
import { hostileServer } from "./hostile-server.ts";

const ALL: [page: string, rule: string, status: "failed" | "errored", words: RegExp][] = [
  ["/never", "render/timeout", "failed", /did not load within 1 s: still waiting for .*\/never/],
  ["/busy", "render/timeout", "failed", /its own scripts keep it busy/],
  ["/waits", "render/timeout", "failed", /still waiting for .*\/never/],
  ["/dialogs", "render/dialog", "failed", /opens a dialog while it loads: alert: Hello and 2 more/],
  ["/dialog-forever", "render/timeout", "failed", /dialogs \(alert: Again\)/],
  ["/file", "render/download", "failed", /is a download, not a page/],
  ["/downloads", "render/download", "failed", /(opens|starts) a download while it loads/],
  ["/popup", "render/popup", "failed", /opens another window while it loads/],
  ["/redirects", "render/redirect-loop", "failed", /redirects in a circle/],
  ["/script-loop", "render/redirect-loop", "failed", /never came to rest/],
  ["/refresh-loop", "render/redirect-loop", "failed", /never came to rest/],
  ["/heavy", "render/too-heavy", "failed", /larger than 10 MiB/],
  ["/nothing", "render/no-page", "failed", /without a page/],
  ["/data", "render/not-html", "failed", /is application\/json, not a page/],
  ["/absent", "render/http-status", "failed", /answers 404/],
  ["/hangs-up", "render/no-answer", "failed", /ERR_EMPTY_RESPONSE/],
  ["/empty", "render/empty", "failed", /main, \[role=main\] is empty or invisible/],
  ["/wide", "render/overflow", "failed", /scrolls sideways at 320 px: \.ledger is 900 px wide/],
  ["/broken", "render/uncaught-error", "failed", /uncaught TypeError: no price/],
  ["/broken", "render/console-error", "failed", /The till is stuck/],
  ["/broken", "render/broken-image", "failed", /\/none\.png/],
  ["/broken", "render/bad-status", "failed", /\/api\/none answers 404/],
  ["/broken", "render/failed-request", "failed", /127\.0\.0\.1:1\/gone failed with net::ERR_/],
];

/** Pages much like another one that take seconds each: `npm run prove browser-hostile` has them. */
const LEFT_OUT = ["/waits", "/downloads", "/script-loop", "/refresh-loop", "/hangs-up", "/nothing"];
const CASES = ALL.filter(([page]) => !LEFT_OUT.includes(page) || process.env.META_ORCH_FULL_SIZE === "1");

/** Of pages that never come to rest. */
const TIMEOUTS: Record<string, string> = {
  "/never": "1s",
  "/waits": "2s",
  "/busy": "2s",
  "/dialog-forever": "2s",
  "/refresh-loop": "8s",
};

describe("hostile pages", () => {
  let server: Awaited<ReturnType<typeof hostileServer>>;
  let result: GateResult;
  let tookMs: number;
  beforeAll(async () => {
    server = await hostileServer();
    const pages = [
      ...[...new Set(CASES.map(([page]) => page))].map((path) => ({
        path,
        timeout: TIMEOUTS[path] ?? "20s",
      })),
      "/good",
      { path: "/worker", ready: "#ready" },
      { path: "/busy-later", timeout: "2s" },
    ];
    const started = performance.now();
    result = await runGate(browser, folderWith({ "index.html": "" }, { git: false }), {
      baseUrl: server.url,
      checks: ["render"],
      options: { pages, viewports: [[320, 640]], pageTimeout: "2s" },
    });
    tookMs = performance.now() - started;
  }, 120_000);
  afterAll(() => server.close());

  const of = (page: string): Finding[] => result.findings.filter((finding) => finding.target === page);

  it.each(CASES)("%s: %s", (page, rule, _status, words) => {
    const found = of(page).find((finding) => finding.ruleId === rule);
    expect(found, JSON.stringify(of(page), null, 1)).toBeDefined();
    expect(found!.message).toMatch(words);
    expect(found!.fix?.description).not.toBe("");
  });

  it("finds nothing on a page that is as it should be, with or without a service worker", () => {
    expect([...of("/good"), ...of("/worker")]).toEqual([]);
  });

  it("says that a page which stops answering was not looked at", () => {
    const told = result.checks.find(
      (check) => check.status === "errored" && check.target?.includes("/busy-later"),
    );
    expect(told?.message ?? of("/busy-later")[0]?.message).toMatch(/busy/);
  });

  it("is never a pass, and nothing waits longer than its deadline", () => {
    expect(result.checks.some((check) => check.status === "failed")).toBe(true);
    expect(tookMs).toBeLessThan(120_000);
  });
});
