/** `meta-orch baseline`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, PLACE, type PlaceArguments, type Usage } from "./options.ts";

export interface BaselineArguments extends PlaceArguments {
  action: "create" | "update" | "status";
  /** Gate ids; empty = all that apply. */
  gates: string[];
  acceptNew: boolean;
  reason?: string;
  baseUrl?: string;
  json: boolean;
}

const BASELINE_ACTIONS = ["create", "update", "status"] as const;

const options: OptionTable = {
  gate: { kind: "list" },
  "accept-new": { kind: "flag" },
  reason: { kind: "text" },
  ...PLACE,
  "base-url": { kind: "text" },
  json: { kind: "flag" },
};

export function parseBaselineArguments(
  argv: readonly string[],
  elsewhere?: Elsewhere,
): Result<BaselineArguments> {
  const typed = new Options(argv, options, elsewhere);
  const [action, ...more] = typed.words;
  typed.oneOf("baseline", action, BASELINE_ACTIONS);
  if (more.length > 0) typed.problem(more[0]!, `The word "${more[0]}" is not expected here`, "Leave it out.");
  const acceptNew = typed.flag("accept-new");
  const reason = typed.text("reason");
  if (acceptNew && action !== "update")
    typed.problem("--accept-new", "--accept-new belongs to meta-orch baseline update", "Write update.");
  if (acceptNew !== (reason !== undefined)) {
    const what = acceptNew ? "--accept-new needs a --reason" : "--reason goes with --accept-new";
    typed.problem("--reason", what, 'Write --accept-new --reason "why these may stay".');
  }
  return typed.result({
    action: action as BaselineArguments["action"],
    gates: typed.list("gate"),
    acceptNew,
    reason,
    ...typed.place(),
    baseUrl: typed.baseUrl(),
    json: typed.flag("json"),
  });
}

export const BASELINE: Usage<BaselineArguments> = {
  name: "baseline",
  summary: "take down what is there already, so that only what is new blocks",
  group: "Set up",
  options,
  parse: parseBaselineArguments,
  help: () => `meta-orch baseline: take down what is there already, so that only what is new blocks

Usage
  meta-orch baseline create|update|status [options]

create runs every gate that applies and writes modsquad.baseline.json. Findings in it count at a
tenth and do not block. Lines that are not committed yet never enter it. update takes out what is
gone; it takes new findings in only with --accept-new and a reason, which the file keeps.

Options
  --gate ID...          only these gates; what the baseline has of others stays
  --accept-new          with update: take new findings in as well
  --reason TEXT         with --accept-new: why they may stay
  --base-url URL        where the product under test answers
  --json                with status: one JSON object on stdout

{place}

Examples
  meta-orch baseline create
  meta-orch baseline update
  meta-orch baseline update --accept-new --reason "vendored library, replaced in spring"

Exit codes
  0  done, and nothing is new
  1  update: new findings were not taken in; status: the baseline differs from what is there
  2  it could not be done
`,
};
