// Faults around a run: what is asked for, the files of the user, our own. How an entry reads is told in faults.mjs.
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./faults-of-gates.mjs";
import { CONFIG, configOf } from "./scratch.mjs";

const PASS = { ok: { run: "true" } };

const RISK = (text) => ({ "modsquad.config.yaml": text });
const CLOCK = `const start = Date.now(); const Real = Date; let calls = 0;
const now = () => (++calls > 20 ? Real.prototype.getTime.call(new Real(start - 3_600_000)) : start + calls);
globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(now()); } static now() { return now(); } };
`;

export const REQUEST_FAULTS = {
  "an unknown gate in --gate": {
    files: command({ run: "true" }),
    args: ["--gate", "victm"],
    code: 2,
    says: [/victm/, /"victim"/],
  },
  "an unknown gate in required": {
    files: command({ run: "true" }, { required: ["victm"] }),
    code: 2,
    says: [/victm/, /"victim"/],
  },
  "an unknown gate in needs": {
    files: command({ run: "true", needs: ["nobody"] }),
    code: 2,
    says: [/nobody/, /next:/],
  },
  "nothing selected in full mode": {
    files: { [CONFIG]: configOf({}) },
    code: 2,
    says: [/nothing would be checked/, /next: Configure a gate/],
  },
  "everything skipped": {
    files: command({ run: "true" }),
    args: ["--skip", "victim"],
    code: 2,
    says: [/nothing would be checked/, /victim \(--skip\)/],
  },
  "a required gate skipped": {
    files: { [CONFIG]: configOf({ ...PASS, victim: { run: "true" } }) },
    args: ["--skip", "victim"],
    code: 1,
    says: [/victim/, /skip/],
  },
  "a required need that fails": {
    files: {
      [CONFIG]: configOf(
        { first: { run: "false" }, second: { run: "true", needs: [{ gate: "first", required: true }] } },
        { required: ["second"] },
      ),
    },
    code: 1,
    says: [/needs first, which failed/],
  },
  "a run cut short by the fail mode": {
    files: {
      [CONFIG]: configOf(
        { first: { run: "false" }, second: { run: "true", needs: ["first"] } },
        { required: ["second"] },
      ),
    },
    args: ["--fail-mode", "kill"],
    code: 1,
    says: [/second\s+cancelled/],
  },
  "a run out of time": {
    files: command({ run: "sleep 60" }),
    args: ["--timeout", "300ms"],
    code: 1,
    says: [/timed out/],
  },
  "a negative risk target": {
    files: command({ run: "true" }),
    args: ["--risk-target", "-0.5"],
    code: 2,
    says: [/--risk-target/, /from 0 to 100/],
  },
  "a risk target that is no number": {
    files: command({ run: "true" }),
    args: ["--risk-target", "NaN"],
    code: 2,
    says: [/--risk-target/, /NaN/],
  },
  "NaN as a risk parameter": {
    files: RISK("risk: { policy: { hazard: { high: .nan } } }\ngates: { ok: { run: 'true' } }\n"),
    code: 2,
    says: [/hazard\.high|high/, /number|NaN/i, /next:/],
  },
  "a negative risk parameter": {
    files: RISK("risk: { policy: { hazard: { high: -0.1 } } }\ngates: { ok: { run: 'true' } }\n"),
    code: 2,
    says: [/hazard\.high/, /next:/],
  },
  "an unknown risk parameter": {
    files: RISK("risk: { policy: { hazrd: { high: 0.1 } } }\ngates: { ok: { run: 'true' } }\n"),
    code: 2,
    says: [/hazrd/, /hazard/],
  },
  "a base URL that answers nobody": {
    files: {
      "package.json": '{"dependencies":{"express":"4.0.0"}}',
      [CONFIG]: configOf(
        { "live-flows": { retry: { attempts: 1 }, flows: [{ name: "home", get: "/" }] } },
        { required: ["live-flows"] },
        ["live-flows"],
      ),
    },
    args: ["--base-url", "http://127.0.0.1:9"],
    code: 1,
    says: [/refused/i],
  },
};

export const FILE_FAULTS = {
  // Files of the user
  "a config that cannot be read": {
    files: {},
    break: ({ dir }) => mkdirSync(join(dir, "modsquad.config.yaml")),
    code: 2,
    says: [/modsquad\.config\.yaml/, /next:/],
  },
  "a config that is not text": {
    files: {},
    break: ({ dir }) =>
      writeFileSync(join(dir, "modsquad.config.yaml"), Buffer.from([0xff, 0xfe, 0x00, 0x80])),
    code: 2,
    says: [/modsquad\.config\.yaml/, /next:/],
  },
  "a corrupt baseline": {
    files: {
      ...command({ run: "true" }),
      "modsquad.baseline.json": '{"schema":"meta-orch/baseline@1","findings":',
    },
    code: 2,
    says: [/modsquad\.baseline\.json/, /next:/],
  },
  "corrupt waivers": {
    files: { ...command({ run: "false" }), "modsquad.waivers.yaml": "- { gate: victim, owner: [" },
    code: 2,
    says: [/modsquad\.waivers\.yaml/, /next:/],
  },
  "an expired waiver": {
    files: {
      ...command({ run: "false" }),
      "modsquad.waivers.yaml": '- { gate: victim, owner: ana, reason: "known", until: 2020-01-01 }\n',
    },
    code: 1,
    says: [/waiver of victim by ana expired on 2020-01-01: renew it or remove it/],
  },
  "a damaged git index": {
    files: command({ run: "true" }),
    break: ({ write }) => write(".git/index", "garbage"),
    code: 2,
    says: [/index/, /next:/],
  },
  "no git": {
    files: command({ run: "true" }),
    env: { PATH: "/nonexistent" },
    code: 2,
    says: [/git/, /next:/],
  },

  // Files of ours
  "logs that cannot be written": {
    files: command({ run: "true" }),
    break: ({ write }) => write("modsquad", "a file where a folder should be"),
    code: 2,
    says: [/modsquad/, /next:/],
  },
  "a full disk": {
    files: command({ run: "sh -c 'head -c 5000 /dev/zero | tr \"\\0\" x; exit 1'" }),
    shell: "trap '' XFSZ; ulimit -f 8; exec \"$@\"",
    code: 2,
    says: [/journal cannot be written/, /EFBIG|too large/i, /next:/],
  },
  "a torn journal given to --report": {
    files: command({ run: "true" }),
    prepare: [["--mode", "full"]],
    break: tearJournal,
    args: ["--report"],
    code: 1,
    says: [/journal of this run is incomplete \(crashed/, /next: run meta-orch again/],
  },
  "a corrupt result cache": {
    files: cached(),
    prepare: [[]],
    break: ({ logs }) => overwriteCache(logs, "{ garbage"),
    code: 0,
    true_code: true,
    says: [/cached result .* is damaged/, /delete the folder/],
  },
  "a result cache that was edited": {
    files: cached(),
    prepare: [[]],
    break: ({ logs }) =>
      overwriteCache(
        logs,
        '{"schema":"meta-orch/cached-result@1","check":"0","result":{"checks":[],"findings":[]},"runId":"x","finishedAt":"2026-01-01T00:00:00Z"}',
      ),
    code: 0,
    true_code: true,
    says: [/is damaged/],
  },
  "a cache that cannot be written": {
    files: cached(),
    break: ({ write }) => write("modsquad/logs/cache", "a file"),
    code: 0,
    true_code: true,
    says: [/was not cached/, /writable/],
  },
  "a damaged history": {
    files: command({ run: "true" }),
    prepare: [[]],
    break: ({ write }) => write("modsquad/logs/run-history/runs.jsonl", "{ garbage\n\0\0\n"),
    code: 0,
    true_code: true,
  },
  "a clock that jumps back": {
    files: { ...command({ run: "true" }), "clock.cjs": CLOCK },
    env: { NODE_OPTIONS: "--require ./clock.cjs" },
    code: 0,
    true_code: true,
    journal: noNegativeTimes,
  },
  "a report folder that is a file": {
    files: { ...command({ run: "true" }), reports: "a file" },
    code: 0,
    true_code: true,
    says: [/reports/, /next:/],
  },
  "a report folder that leads elsewhere": {
    files: command({ run: "false" }),
    break: ({ dir }) => symlinkSync("/dev/null", join(dir, "reports")),
    code: 1,
    says: [/reports/, /next:/],
  },
  "stdout closed, safe to ship": {
    files: command({ run: "true" }),
    stdout: "closed",
    code: 0,
    true_code: true,
  },
  "stdout closed, blocked": { files: command({ run: "false" }), stdout: "closed", code: 1 },
  "a full device as stdout": {
    files: command({ run: "true" }),
    stdout: "/dev/full",
    code: 2,
    says: [/output could not be written/],
  },
};

function cached() {
  return { ...command({ run: "true", inputs: ["src/**"] }), "src/a.txt": "a" };
}

function overwriteCache(logs, content) {
  const folder = join(logs, "cache", "results", "victim");
  for (const name of readdirSync(folder))
    if (name.endsWith(".json")) writeFileSync(join(folder, name), content);
}

/** Cuts the journal within its last line but one, as a power failure would. */
function tearJournal(repository) {
  const file = repository.journals().at(-1);
  const text = repository.read(file.slice(repository.dir.length + 1));
  const lines = text.trimEnd().split("\n");
  const kept = lines.slice(0, -2).join("\n");
  writeFileSync(file, `${kept}\n${lines.at(-2).slice(0, 40)}`);
}

function noNegativeTimes(records) {
  return records
    .filter((one) => one.duration_seconds < 0)
    .map((one) => `${one.task_id} took ${one.duration_seconds} s`);
}
