/** `meta-orch init`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, type PlaceArguments, type Usage } from "./options.ts";

export interface InitArguments extends PlaceArguments {
  /** undefined = ask a person at a terminal. */
  hook?: boolean;
}

const options: OptionTable = { hook: { kind: "flag" }, "no-hook": { kind: "flag" }, repo: { kind: "text" } };

export function parseInitArguments(argv: readonly string[], elsewhere?: Elsewhere): Result<InitArguments> {
  const typed = new Options(argv, options, elsewhere);
  typed.noWords("init");
  typed.notBoth("hook", "no-hook", "one installs the hooks, the other does not");
  const chosen = typed.flag("hook") ? true : typed.flag("no-hook") ? false : undefined;
  return typed.result({ ...(chosen === undefined ? {} : { hook: chosen }), ...typed.place() });
}

export const INIT: Usage<InitArguments> = {
  name: "init",
  summary: "propose a config, take a baseline and install the hooks; what is there stays",
  group: "Set up",
  options,
  parse: parseInitArguments,
  help: () => `meta-orch init: propose a config, take a baseline and install the hooks; what is there stays

Usage
  meta-orch init [--hook|--no-hook] [--repo PATH]

Writes modsquad.config.yaml with the reason above each line and modsquad.baseline.json with what the
gates find today. Run again, it changes nothing.

Options
  --hook, --no-hook     install the git hooks, or not; a person at a terminal is asked otherwise
  --repo PATH           the repository (default: the current folder)

Examples
  meta-orch init
  meta-orch init --hook

Exit codes
  0  done                          2  it could not be done
`,
};
