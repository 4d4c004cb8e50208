import { describe, expect, it } from "vitest";
import { lighthouse, measure, unmeasured } from "../../../gates/browser/lighthouse/check.ts";
import { judge, metricOf, type Run, scoreOf } from "../../../gates/browser/lighthouse/judge.ts";
import type { Lhr } from "../../../gates/browser/lighthouse/load.ts";
import { readLighthouseOptions } from "../../../gates/browser/lighthouse/options.ts";
import { readOptions } from "../../../gates/browser/options.ts";
import type { Visit } from "../../../gates/browser/page-check.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

interface Measured {
  lcp?: number;
  seen?: number;
  benchmark?: number;
  load?: number;
  performance?: number;
  console?: string[];
}

function run({
  lcp = 1000,
  seen = 0,
  benchmark = 2000,
  load = 0.5,
  performance = 1,
  console = [],
}: Measured): Run {
  const numeric = (id: string, numericValue: number) => ({
    id,
    title: id,
    score: 1,
    scoreDisplayMode: "numeric",
    numericValue,
  });
  const errors = {
    id: "errors-in-console",
    title: "Browser errors were logged to the console",
    score: console.length > 0 ? 0 : 1,
    scoreDisplayMode: "binary",
    details: {
      items: console.map((url) => ({ description: "Failed to load resource", sourceLocation: { url } })),
    },
  };
  const lhr = {
    lighthouseVersion: "12.8.2",
    environment: { benchmarkIndex: benchmark },
    categories: {
      performance: { score: performance, auditRefs: [] },
      "best-practices": {
        score: console.length > 0 ? 0.9 : 1,
        auditRefs: [
          { id: "errors-in-console", weight: 1 },
          { id: "doctype", weight: 9 },
        ],
      },
    },
    audits: {
      "largest-contentful-paint": numeric("largest-contentful-paint", lcp),
      "errors-in-console": errors,
      doctype: numeric("doctype", 0),
      metrics: { ...numeric("metrics", 0), details: { items: [{ observedLargestContentfulPaint: seen }] } },
    },
  } as Lhr;
  return { lhr, html: "", loadPerCore: load };
}

const options = (section: JsonObject) => readLighthouseOptions(section);
const verdicts = (runs: Run[], section: JsonObject) =>
  judge(runs, options(section)).breaches.map(({ id, verdict }) => `${id} ${verdict}`);

describe("a verdict on times", () => {
  const budget = { budgets: { lcp: 1200 } };
  it.each([
    ["within the budget, however busy the machine", [{ lcp: 1000, benchmark: 200 }], []],
    [
      "over it in every run of a quiet machine",
      [{ lcp: 1500 }, { lcp: 1600 }, { lcp: 1550 }],
      ["lcp failed"],
    ],
    ["over it, but not always", [{ lcp: 1000 }, { lcp: 1600 }, { lcp: 1700 }], ["lcp inconclusive"]],
    ["over it on a slow machine", [{ lcp: 1500, benchmark: 300 }], ["lcp inconclusive"]],
    ["over it while programs wait", [{ lcp: 1500, load: 5 }], ["lcp inconclusive"]],
    [
      "over it while the machine changes",
      [
        { lcp: 1500, benchmark: 2000 },
        { lcp: 1500, benchmark: 900 },
      ],
      ["lcp inconclusive"],
    ],
  ] as [string, Measured[], string[]][])("%s", (_name, runs, expected) =>
    expect(verdicts(runs.map(run), budget)).toEqual(expected),
  );

  it("sees a style sheet that is 500 ms late, which the simulation does not", () => {
    const runs = [run({ lcp: 600, seen: 750 }), run({ lcp: 600, seen: 740 })];
    expect(verdicts(runs, { budgets: { lcp: 1200, lcpSeen: 500 } })).toEqual(["lcpSeen failed"]);
    expect(verdicts([run({ seen: 240 })], { budgets: { lcpSeen: 500 } })).toEqual([]);
  });

  it("takes what is called good where nobody names a budget, and blocks nothing for it", () => {
    expect(verdicts([run({ lcp: 2600 })], {})).toEqual(["lcp advice"]);
    expect(verdicts([run({ lcp: 2400 })], {})).toEqual([]);
  });

  it("doubts the score of performance on a noisy machine, and no other", () => {
    const section = { scores: { performance: 0.9, "best-practices": 0.99 } };
    const noisy = [run({ performance: 0.5, benchmark: 100, console: ["http://x/app.js"] })];
    expect(verdicts(noisy, section)).toEqual(["performance inconclusive", "best-practices failed"]);
  });
});

describe("a score", () => {
  it("does not suffer from the favicon that the browser asks for by itself", () => {
    const { lhr } = run({ console: ["http://x/favicon.ico"] });
    lhr.audits.doctype!.score = 1;
    expect(scoreOf(lhr, "best-practices")).toBe(1);
  });
  it("does suffer from everything else", () => {
    const { lhr } = run({ console: ["http://x/favicon.ico", "http://x/app.js"] });
    expect(scoreOf(lhr, "best-practices")).toBe(0.9);
  });
  it("and metrics that are absent are no numbers out of nowhere", () => {
    expect(metricOf(run({}).lhr, "tbt")).toBe(0);
  });
});

describe("lighthouse", () => {
  const visit = (section: JsonObject) =>
    ({
      name: "/",
      url: "http://127.0.0.1:1/",
      isFirstVariant: true,
      options: readOptions({ lighthouse: section }),
      root: "/",
    }) as unknown as Visit;

  it("measures the front page, or the pages that are named, once", () => {
    expect(lighthouse.wants(visit({}))).toBe(true);
    expect(lighthouse.wants({ ...visit({}), isFirstVariant: false })).toBe(false);
    expect(lighthouse.wants({ ...visit({}), url: "http://127.0.0.1:1/cart" })).toBe(false);
    expect(lighthouse.wants({ ...visit({ pages: ["/cart"] }), url: "http://127.0.0.1:1/cart" })).toBe(true);
  });
});

describe("measuring", () => {
  const again = new Error(
    "Something went wrong with recording the trace. Please run Lighthouse again. (NO_NAVSTART)",
  );
  const good = run({});
  /** Each entry is what one run comes to. */
  function measured(outcomes: (Run | Error)[]) {
    const left = [...outcomes];
    const visit = { name: "/", remainingMs: () => 60_000, signal: new AbortController().signal };
    const once = async () => {
      const next = left.shift();
      if (next === undefined || next instanceof Error) throw next;
      return next;
    };
    return measure(visit, readLighthouseOptions({ runs: 2 }), once);
  }

  it("tries once more where Lighthouse says so", async () => {
    expect((await measured([again, good, good])).runs).toEqual([good, good]);
    expect((await measured([good, again, good])).runs).toEqual([good, good]);
  });

  it("tries no third time, and never after another fault", async () => {
    expect(await measured([again, again, good])).toMatchObject({
      runs: [],
      problem: { class: "lighthouse-failed", message: expect.stringContaining("NO_NAVSTART") },
    });
    expect((await measured([new Error("no such category"), good, good])).runs).toEqual([]);
  });
});

describe("no run came to its end", () => {
  const late = { class: "timeout", message: "/: Lighthouse did not finish in time" };
  it("blocks on a quiet machine, and is inconclusive, with the reason, on a busy one", () => {
    expect(unmeasured(late, 0.4)).toMatchObject({ status: "errored", failureClass: "timeout" });
    const busy = unmeasured(late, 5.25);
    expect(busy).toMatchObject({ status: "skipped", failureClass: "inconclusive" });
    expect(busy.message).toMatch(
      /too noisy: 5\.3 programs per core were waiting to run.*did not finish in time/,
    );
  });

  it("is no excuse for what is not a matter of time", () => {
    const broken = { class: "lighthouse-failed", message: "/: Lighthouse failed: no such category" };
    expect(unmeasured(broken, 9)).toMatchObject({ status: "errored", failureClass: "lighthouse-failed" });
    const hung = { class: "lighthouse-failed", message: "/: Lighthouse failed: PROTOCOL_TIMEOUT" };
    expect(unmeasured(hung, 9)).toMatchObject({ failureClass: "inconclusive" });
  });
});
