/** `meta-orch waive`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, PLACE, type PlaceArguments, type Usage } from "./options.ts";

export interface WaiveArguments extends PlaceArguments {
  /** A gate id, a fingerprint, or "gate:fingerprint". */
  subject: string;
  owner: string;
  reason: string;
  /** YYYY-MM-DD. */
  until: string;
  why?: string;
}

const options: OptionTable = {
  owner: { kind: "text" },
  reason: { kind: "text" },
  until: { kind: "text" },
  why: { kind: "text" },
  ...PLACE,
};

export function parseWaiveArguments(argv: readonly string[], elsewhere?: Elsewhere): Result<WaiveArguments> {
  const typed = new Options(argv, options, elsewhere);
  const [subject, ...more] = typed.words;
  if (subject === undefined) {
    const next = "Write meta-orch waive GATE or GATE:FINGERPRINT; reports show the fingerprints.";
    typed.problem("waive", "meta-orch waive needs a gate or a fingerprint", next);
  }
  if (more.length > 0)
    typed.problem(
      more[0]!,
      "meta-orch waive takes one gate or fingerprint at a time",
      "Quote a reason of several words.",
    );
  const wanted = { owner: "ana", reason: '"why it is acceptable"', until: "2026-12-01" };
  for (const [name, example] of Object.entries(wanted)) {
    if (typed.text(name) !== undefined) continue;
    typed.problem(`--${name}`, `A waiver needs --${name}`, `Add for example --${name} ${example}.`);
  }
  return typed.result({
    subject: subject ?? "",
    owner: typed.text("owner") ?? "",
    reason: typed.text("reason") ?? "",
    until: typed.text("until") ?? "",
    why: typed.text("why"),
    ...typed.place(),
  });
}

export const WAIVE: Usage<WaiveArguments> = {
  name: "waive",
  summary: "accept a risk by name and until a day",
  group: "Set up",
  options,
  parse: parseWaiveArguments,
  help: () => `meta-orch waive: accept a risk by name and until a day

Usage
  meta-orch waive GATE|FINGERPRINT --owner NAME --reason TEXT --until DAY [options]

Adds an entry to modsquad.waivers.yaml, or renews the one that is there. The policy limits how long
by severity (high 14 days, medium and a whole gate 30, low 90; critical never), and a waiver counts
for nothing from the day after its last. FINGERPRINT is one of the latest run; six characters do.

Options
  --owner NAME          who answers for it
  --reason TEXT         why the risk is acceptable
  --until DAY           last day it holds, as YYYY-MM-DD
  --why REASON          with a gate: only reasons of the risk ledger that start with this

Where
  --repo PATH           the repository (default: the current folder)
  --config FILE         use this config file
  --env NAME            the environment the waiver holds in (default: every one)

Examples
  meta-orch waive repo-audit:9f2c41d07be3 --owner ana --reason "test key" --until 2026-12-05
  meta-orch waive infra-health --owner bo --reason "down" --until 2026-12-20 --env workstation

Exit codes
  0  written                       2  it is beyond the policy, or could not be done
`,
};
