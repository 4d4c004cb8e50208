/** `meta-orch waivers`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, PLACE, type PlaceArguments, type Usage } from "./options.ts";

export interface WaiversArguments extends PlaceArguments {
  action: "list" | "expire";
  /** Gates or fingerprints to end; empty = those past their day. */
  subjects: string[];
  json: boolean;
}

const options: OptionTable = { ...PLACE, json: { kind: "flag" } };

export function parseWaiversArguments(
  argv: readonly string[],
  elsewhere?: Elsewhere,
): Result<WaiversArguments> {
  const typed = new Options(argv, options, elsewhere);
  const [action, ...subjects] = typed.words;
  typed.oneOf("waivers", action, ["list", "expire"]);
  if (action === "list" && subjects.length > 0)
    typed.problem(subjects[0]!, "meta-orch waivers list is for all waivers", "Leave the names out.");
  return typed.result({
    action: action as WaiversArguments["action"],
    subjects,
    ...typed.place(),
    json: typed.flag("json"),
  });
}

export const WAIVERS: Usage<WaiversArguments> = {
  name: "waivers",
  summary: "show the accepted risks, or end them",
  group: "Set up",
  options,
  parse: parseWaiversArguments,
  help: () => `meta-orch waivers: show the accepted risks, or end them

Usage
  meta-orch waivers list [--json] [options]
  meta-orch waivers expire [GATE|GATE:FINGERPRINT...] [options]

list judges each waiver by the latest run: live, expired, stale (nothing matches it), over-limit or
for another environment. expire takes out those past their day, or the ones named.

Options
  --json                with list: one JSON array on stdout

{place}

Examples
  meta-orch waivers list
  meta-orch waivers expire
  meta-orch waivers expire infra-health

Exit codes
  0  done; with list: every waiver has its effect
  1  list: a waiver is expired, stale or over its limit
  2  it could not be done
`,
};
