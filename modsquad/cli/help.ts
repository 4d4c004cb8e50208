/** The help: written by hand, at most 100 columns. */
import { EXIT } from "../contracts/words.ts";
import { didYouMean } from "../suggest.ts";
import { VERSION } from "../version.ts";
import { COMMANDS } from "./commands.ts";
import { gateCommands } from "./gate-commands.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";

const EXIT_CODES = `Exit codes
  0  safe to ship                  2        the run itself could not be done: usage, config, fault
  1  blocked                       130 143  interrupted; never 0 (129 when the terminal went away)`;

const PLACE = `Where
  --repo PATH           judge another repository; its own config is used
  --config FILE         use this config file instead of modsquad.config.yaml, .yml, .json or .mjs
  --env NAME            workstation, ci, staging, production or one your config mentions
                        (default: ci when CI is set, else workstation)`;

const OVERVIEW = `meta-orch: one command that says whether a change is safe to ship

Usage
  meta-orch [run] [options]
  meta-orch COMMAND [options]

{commands}

What to run
  --mode quick|full     quick judges what is staged, full the work tree (default full)
  --gate ID...          only these gates; the verdict then covers only them
  --skip ID...          not these gates; in full mode they count as not run
  --work-tree           judge the work tree as it is; with quick mode against HEAD
  --since REF           judge the work tree against where it left this branch, tag or commit
  --range A..B          judge the commit B against where it left A
  --all                 nothing counts as old, and quick mode leaves out no gate
  --plan                show what would run, in which order and why; run nothing

How strict
  --risk-target N       highest risk rate in percent that may ship (default 0.5)
  --fail-mode MODE      after a failed gate: continue, no-new (start nothing more) or kill
  --timeout DURATION    longest the whole run may take, such as 90s or 10m
  --concurrency N       gates at once (default: the number of cores, at least 2)
  --no-cache            run every gate, even where the same inputs gave a result before

Again
  --resume              continue the latest unfinished run: what finished and has not changed stays
  --watch               run again what a change affects, until Ctrl-C

{place}
  --base-url URL        where the product under test answers
  --live-data           numbers on pages have to be compared with the API that feeds them

Output
  --json                print one summary as JSON on stdout, nothing else there
  --quiet, --verbose    less or more on the way
  --no-color            no colour; NO_COLOR and FORCE_COLOR are honoured too
  --why [GATE...]       why each gate of the latest run ran, was cached or did not run; run nothing
  --report              rebuild the executive report from the latest run; run nothing
  --output FILE         with --report: write it to this file

  -h, --help            this help; with a command, that command's
  -V, --version         print the version

Examples
  meta-orch                                        validate everything before a deploy
  meta-orch --mode quick                           guard a commit: judge what is staged
  meta-orch --gate repo-audit live-flows           two gates only
  meta-orch --base-url https://preview.example.com --risk-target 0.5
  meta-orch --plan                                 what would run, and why
  meta-orch doctor --fix                           install what the gates miss

{exits}
`;

/** Command → its page; that of `run` is the overview, that of `risk` stands beside its code. */
const PAGES: Record<string, string> = {
  gate: `meta-orch gate: run one gate alone and print its result as JSON

Usage
  meta-orch gate ID [options]

Options
  --check ID...         only these checks of the gate
  --mode quick|full     quick judges what is staged, full the work tree (default full)
  --base-url URL        where the product under test answers
  --live-data           browser: numbers on pages have to be compared with the API
  --timeout DURATION    longest the gate may take, such as 60s
  --output FILE         write the JSON to this file instead of stdout
  --quiet, --verbose    less or more on the way

{place}

Examples
  meta-orch gate repo-audit
  meta-orch gate repo-audit --check secrets --output audit.json
  meta-orch gate live-flows --base-url http://127.0.0.1:3000

{exits}
`,
  list: `meta-orch list: show every gate, its checks, and whether it would run here

Usage
  meta-orch list [--json] [options]

Options
  --json                one JSON object on stdout
  --base-url URL        where the product under test answers

{place}

Examples
  meta-orch list
  meta-orch list --repo ../shop --json

Exit codes
  0  shown                         2  config or usage is wrong
`,
  doctor: `meta-orch doctor: show what is installed, what is missing and how to install it

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
  dashboard: `meta-orch dashboard: watch a run as it happens, in the terminal

Usage
  meta-orch dashboard [options]
  meta-dashboard [options]

Options
  --once                print one picture and end; so does a pipe or a dumb terminal
  --refresh SECONDS     a picture every so many seconds (default: when something changes)
  --run ID              this run, by its id or the beginning of it (default: the latest)
  --follow-all          move on to every new run at once, even while one is going
  --palette NAME        default, colour-blind (blue for what is well) or mono
  --columns N           with --once: width of the picture
  --rows N              with --once: height of the picture
  --repo PATH           the repository whose runs are shown (default: the current folder)

Keys
  ? help   / filter   arrows, j k g G move   Enter open   Esc back   Tab next pane
  f failures first   r run the chosen gate again   y copy   q quit

Examples
  meta-orch dashboard
  meta-orch dashboard --once
  meta-dashboard --palette colour-blind --follow-all

Exit codes
  0  shown, or q                   2  nothing could be shown, or usage is wrong
  130 143 129  Ctrl-C, terminated, terminal gone
`,
  init: `meta-orch init: propose a config, take a baseline and install the hooks; what is there stays

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
  hook: `meta-orch hook: install, remove or show the git hooks that guard commits and pushes

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
  relay: `meta-orch relay: follow the runs of one or many repositories

Usage
  meta-orch relay [--repo PATH...] [options]

Options
  --repo PATH...        repositories to follow (default: this one)
  --allow-control       pass requests on to running engines: pause, resume, stop, run a gate again
  --port N              listen on this port (default: a free one)
  --host HOST           listen on this address (default 127.0.0.1: only this machine gets in)
  --allow-remote        needed for any other --host: other machines get in, without encryption
  --name NAME...        names the relay may be called by beside its address
  --env NAME            environment whose channels get messages
  --json                print address, token and process id as JSON
  --no-color            accepted, as everywhere

The page asks for the token once, in the address that is printed. META_ORCH_RELAY_TOKEN sets the
token, for programs that must know it beforehand. Channels in the config get a message when a
repository becomes blocked, becomes safe again, or its run crashes.

Examples
  meta-orch relay
  meta-orch relay --repo ../shop ../billing --port 7070
  meta-orch relay --allow-control

Exit codes
  130 143  ended, as it should be    2  it could not listen, or was not understood
`,
  baseline: `meta-orch baseline: take down what is there already, so that only what is new blocks

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
  waive: `meta-orch waive: accept a risk by name and until a day

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
  waivers: `meta-orch waivers: show the accepted risks, or end them

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
  fix: `meta-orch fix: show every safe edit of the findings as one patch, or apply it

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
  help: `meta-orch help: show the help, or that of one command

Usage
  meta-orch help [COMMAND]

Examples
  meta-orch help
  meta-orch help doctor
`,
  version: `meta-orch version: print the version

Usage
  meta-orch version
  meta-orch --version
`,
};

interface Listed {
  name: string;
  summary: string;
}

function commandLines(commands: readonly Listed[]): string {
  return commands.map(({ name, summary }) => `  ${name.padEnd(20)}  ${summary}`).join("\n");
}

/** The commands under the heading of their group; those that gates bring come last. */
function groupedCommands(fromGates: readonly Listed[]): string {
  const groups = [...new Set(COMMANDS.map((command) => command.group))];
  const parts = groups.map(
    (group) => `${group}\n${commandLines(COMMANDS.filter((one) => one.group === group))}`,
  );
  if (fromGates.length > 0) parts.push(`Of single gates\n${commandLines(fromGates)}`);
  return parts.join("\n\n");
}

/** The overview; commands that gates bring are listed with the others. */
export function overview(fromGates: readonly Listed[]): string {
  return OVERVIEW.replace("{commands}", groupedCommands(fromGates))
    .replace("{place}", PLACE)
    .replace("{exits}", EXIT_CODES);
}

/** The page of one command, or null when there is no such command. */
export async function commandHelp(name: string, fromGates: readonly Listed[]): Promise<string | null> {
  if (name === "run") return overview(fromGates);
  if (name === "risk") return (await import("./risk.ts")).RISK_HELP;
  if (Object.hasOwn(PAGES, name)) {
    return PAGES[name]!.replace("{place}", PLACE).replace("{exits}", EXIT_CODES);
  }
  const own = fromGates.filter((command) => command.name === name || command.name.startsWith(`${name} `));
  return own.length > 0 ? `meta-orch ${name}\n\nCommands\n${commandLines(own)}\n` : null;
}

export async function helpCommand(argv: string[], io: Io): Promise<number> {
  const fromGates = gateCommands();
  const name = argv.filter((word) => !word.startsWith("-")).join(" ");
  const text = name === "" ? overview(fromGates) : await commandHelp(name, fromGates);
  if (text === null) {
    const names = [...COMMANDS.map((command) => command.name), ...fromGates.map((command) => command.name)];
    const next = `${didYouMean(name, names)}Commands: ${names.join(", ")}.`;
    return printProblems([{ what: `There is no command "${name}"`, where: "help", next }], io);
  }
  io.stdout.write(text);
  return EXIT.safe;
}

export async function versionCommand(_argv: string[], io: Io): Promise<number> {
  io.stdout.write(`${VERSION}\n`);
  return EXIT.safe;
}
