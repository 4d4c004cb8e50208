/** Every command, in the order of the help. A command is its file here, its usage, and one line in this table. */
import type { Io } from "./io.ts";
import type { OptionTable } from "./option-parser.ts";
import { printProblems } from "./problems.ts";
import { BASELINE } from "./usage/baseline.ts";
import { DASHBOARD } from "./usage/dashboard.ts";
import { DOCTOR } from "./usage/doctor.ts";
import { FIX } from "./usage/fix.ts";
import { GATE } from "./usage/gate.ts";
import { HOOK } from "./usage/hook.ts";
import { INIT } from "./usage/init.ts";
import { LIST } from "./usage/list.ts";
import type { Elsewhere, Usage } from "./usage/options.ts";
import { RELAY } from "./usage/relay.ts";
import { RUN } from "./usage/run.ts";
import { WAIVE } from "./usage/waive.ts";
import { WAIVERS } from "./usage/waivers.ts";

/** Runs a command with the words after its name; the number is the exit code. */
export type CommandMain = (argv: string[], io: Io) => Promise<number>;

export interface CommandEntry {
  name: string;
  summary: string;
  group: Usage<unknown>["group"];
  /** null for a command that reads its words itself. */
  options: OptionTable | null;
  /** The command's page, with the placeholders of Usage.help. */
  help(): string | Promise<string>;
  load(): Promise<CommandMain>;
}

/** Which other command knows an option that this one does not. */
export function otherThan(command: string): Elsewhere {
  return (option) =>
    COMMANDS.find(({ name, options }) => name !== command && Object.hasOwn(options ?? {}, option))?.name ??
    null;
}

/** A command whose words are read by its usage. */
function typed<T>(usage: Usage<T>, load: () => Promise<(args: T, io: Io) => Promise<number>>): CommandEntry {
  const { name, summary, group, options, help } = usage;
  const main = async (): Promise<CommandMain> => {
    const run = await load();
    return async (argv, io) => {
      const args = usage.parse(argv, otherThan(name));
      return args.ok ? run(args.value, io) : printProblems(args.problems, io);
    };
  };
  return { name, summary, group, options, help, load: main };
}

export const COMMANDS: readonly CommandEntry[] = [
  typed(RUN, async () => (await import("./run.ts")).runCommand),
  typed(GATE, async () => (await import("./gate.ts")).gateCommand),
  typed(LIST, async () => (await import("./list.ts")).listCommand),
  typed(DASHBOARD, async () => (await import("./dashboard.ts")).dashboardCommand),
  typed(DOCTOR, async () => (await import("./doctor.ts")).doctorCommand),
  typed(INIT, async () => (await import("./init.ts")).initCommand),
  typed(HOOK, async () => (await import("./hook.ts")).hookCommand),
  typed(RELAY, async () => (await import("./relay.ts")).relayCommand),
  typed(BASELINE, async () => (await import("./baseline.ts")).baselineCommand),
  typed(WAIVE, async () => (await import("./waive.ts")).waiveCommand),
  typed(WAIVERS, async () => (await import("./waivers.ts")).waiversCommand),
  typed(FIX, async () => (await import("./fix.ts")).fixCommand),
  {
    name: "risk",
    summary: "ask the risk model what-if questions without a run",
    group: "Explain",
    options: null,
    help: async () => (await import("./risk.ts")).RISK_HELP,
    load: async () => {
      const { riskCommand } = await import("./risk.ts");
      return (argv, io) =>
        riskCommand(argv, {
          stdin: io.stdin as AsyncIterable<Uint8Array>,
          stdout: (text) => void io.stdout.write(text),
          stderr: (text) => void io.stderr.write(text),
          cwd: io.cwd,
        });
    },
  },
  {
    name: "help",
    summary: "show this help, or that of one command",
    group: "Explain",
    options: null,
    help: () => `meta-orch help: show the help, or that of one command

Usage
  meta-orch help [COMMAND]

Examples
  meta-orch help
  meta-orch help doctor
`,
    load: async () => (await import("./help.ts")).helpCommand,
  },
  {
    name: "version",
    summary: "print the version",
    group: "Explain",
    options: null,
    help: () => `meta-orch version: print the version

Usage
  meta-orch version
  meta-orch --version
`,
    load: async () => (await import("./help.ts")).versionCommand,
  },
];

export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((command) => command.name === name);
}
