/** `meta-orch fix`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, PLACE, type PlaceArguments, type Usage } from "./options.ts";

export interface FixArguments extends PlaceArguments {
  gates: string[];
  apply: boolean;
}

const options: OptionTable = { gate: { kind: "list" }, apply: { kind: "flag" }, ...PLACE };

export function parseFixArguments(argv: readonly string[], elsewhere?: Elsewhere): Result<FixArguments> {
  const typed = new Options(argv, options, elsewhere);
  typed.noWords("fix");
  return typed.result({ gates: typed.list("gate"), apply: typed.flag("apply"), ...typed.place() });
}

export const FIX: Usage<FixArguments> = {
  name: "fix",
  summary: "show every safe edit of the findings as one patch, or apply it",
  group: "Set up",
  options,
  parse: parseFixArguments,
  help: () => `meta-orch fix: show every safe edit of the findings as one patch, or apply it

Usage
  meta-orch fix [--gate ID...] [--apply] [options]

Looks at the work tree with the gates of quick mode and prints one unified patch that git apply
takes. --apply changes the work tree, never the index; files with changes that are not staged are
left alone. The files as they were are kept under refs/meta-orch/backup/ first.

Options
  --gate ID...          only these gates, with all their checks
  --apply               apply the patch after showing it

{place}

Examples
  meta-orch fix
  meta-orch fix --gate repo-audit --apply

Exit codes
  0  shown or applied, or nothing to fix
  1  nothing was applied: every file has changes that are not staged
  2  it could not be done
`,
};
