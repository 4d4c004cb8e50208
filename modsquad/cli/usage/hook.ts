/** `meta-orch hook`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, type PlaceArguments, type Usage } from "./options.ts";

export interface HookArguments extends PlaceArguments {
  /** pushed: what the pre-push hook calls, with the refs on stdin. */
  action: "install" | "uninstall" | "status" | "pushed";
  /** Hooks to install; empty = all. */
  names: HookName[];
  /** The remote that is pushed to. */
  remote?: string;
  json: boolean;
}

const HOOK_ACTIONS = ["install", "uninstall", "status"] as const;
const HOOK_NAMES = ["pre-commit", "pre-push"] as const;
export type HookName = (typeof HOOK_NAMES)[number];

const options: OptionTable = { repo: { kind: "text" }, json: { kind: "flag" } };

export function parseHookArguments(argv: readonly string[], elsewhere?: Elsewhere): Result<HookArguments> {
  const typed = new Options(argv, options, elsewhere);
  const [action, ...names] = typed.words;
  if (action === "pushed") {
    return typed.result({
      action,
      names: [],
      remote: names[0] ?? "origin",
      ...typed.place(),
      json: false,
    });
  }
  typed.oneOf("hook", action, HOOK_ACTIONS);
  for (const name of names) typed.oneOf("hook install", name, HOOK_NAMES);
  if (names.length > 0 && action !== "install")
    typed.problem(names[0]!, `meta-orch hook ${action} is for all hooks`, "Leave the names out.");
  return typed.result({
    action: action as HookArguments["action"],
    names: names as HookName[],
    ...typed.place(),
    json: typed.flag("json"),
  });
}

export const HOOK: Usage<HookArguments> = {
  name: "hook",
  summary: "install, remove or show the git hooks that guard commits and pushes",
  group: "Set up",
  options,
  parse: parseHookArguments,
  help: () => `meta-orch hook: install, remove or show the git hooks that guard commits and pushes

Usage
  meta-orch hook install [pre-commit] [pre-push]
  meta-orch hook uninstall
  meta-orch hook status [--json]

pre-commit judges what is staged, pre-push the commits that the other side does not have. What stood
there before (husky, lefthook, pre-commit, a script of yours) runs first, and comes back with
uninstall; every other hook is left as it is or passed through. MODSQUAD=0 git commit goes on
unchecked, and that is written down in modsquad/logs/hook_skips.jsonl.

Options
  --repo PATH           the repository (default: the current folder)
  --json                with status: one JSON object on stdout

Examples
  meta-orch hook install
  meta-orch hook install pre-commit
  meta-orch hook status

Exit codes
  0  done; with status: everything is installed and in charge
  1  status: a hook is missing, outdated or set aside
  2  it could not be done
`,
};
