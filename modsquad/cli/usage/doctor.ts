/** `meta-orch doctor`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, PLACE, type PlaceArguments, type Usage } from "./options.ts";

export interface DoctorArguments extends PlaceArguments {
  fix: boolean;
  json: boolean;
}

const options: OptionTable = { fix: { kind: "flag" }, ...PLACE, json: { kind: "flag" } };

export function parseDoctorArguments(
  argv: readonly string[],
  elsewhere?: Elsewhere,
): Result<DoctorArguments> {
  const typed = new Options(argv, options, elsewhere);
  typed.noWords("doctor");
  return typed.result({ ...typed.place(), fix: typed.flag("fix"), json: typed.flag("json") });
}

export const DOCTOR: Usage<DoctorArguments> = {
  name: "doctor",
  summary: "show what is installed, what is missing and how to install it",
  group: "Look",
  options,
  parse: parseDoctorArguments,
  help: () => `meta-orch doctor: show what is installed, what is missing and how to install it

Usage
  meta-orch doctor [--fix] [--json] [options]

Options
  --fix                 run the install commands that were printed, then look again
  --json                one JSON object on stdout

{place}

Examples
  meta-orch doctor
  meta-orch doctor --fix

Exit codes
  0  nothing that is required is missing
  1  something required is missing, or the config has problems
  2  the command was not understood
`,
};
