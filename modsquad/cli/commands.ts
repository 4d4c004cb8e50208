/** Every command, in the order of the help. A command is one file here and one entry in this table. */
import type { Result } from "../contracts/config.ts";
import {
  parseBaselineArguments,
  parseDashboardArguments,
  parseDoctorArguments,
  parseFixArguments,
  parseGateArguments,
  parseHookArguments,
  parseInitArguments,
  parseListArguments,
  parseRelayArguments,
  parseRunArguments,
  parseWaiveArguments,
  parseWaiversArguments,
} from "./arguments.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";

/** Runs a command with the words after its name; the number is the exit code. */
export type CommandMain = (argv: string[], io: Io) => Promise<number>;

export interface CommandEntry {
  name: string;
  summary: string;
  group: "Validate" | "Look" | "Set up" | "Explain";
  load(): Promise<CommandMain>;
}

/** A command whose options are read from a table. */
function typed<T>(
  parse: (argv: string[]) => Result<T>,
  run: (args: T, io: Io) => Promise<number>,
): CommandMain {
  return async (argv, io) => {
    const args = parse(argv);
    return args.ok ? run(args.value, io) : printProblems(args.problems, io);
  };
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "run the gates and say whether the change is safe to ship (the default)",
    group: "Validate",
    load: async () => typed(parseRunArguments, (await import("./run.ts")).runCommand),
  },
  {
    name: "gate",
    summary: "run one gate alone and print its result as JSON",
    group: "Validate",
    load: async () => typed(parseGateArguments, (await import("./gate.ts")).gateCommand),
  },
  {
    name: "list",
    summary: "show every gate, its checks, and whether it would run here",
    group: "Look",
    load: async () => typed(parseListArguments, (await import("./list.ts")).listCommand),
  },
  {
    name: "dashboard",
    summary: "watch a run as it happens, in the terminal",
    group: "Look",
    load: async () => typed(parseDashboardArguments, (await import("./dashboard.ts")).dashboardCommand),
  },
  {
    name: "doctor",
    summary: "show what is installed, what is missing and how to install it",
    group: "Look",
    load: async () => typed(parseDoctorArguments, (await import("./doctor.ts")).doctorCommand),
  },
  {
    name: "init",
    summary: "propose a config, take a baseline and install the hooks; what is there stays",
    group: "Set up",
    load: async () => typed(parseInitArguments, (await import("./init.ts")).initCommand),
  },
  {
    name: "hook",
    summary: "install, remove or show the git hooks that guard commits and pushes",
    group: "Set up",
    load: async () => typed(parseHookArguments, (await import("./hook.ts")).hookCommand),
  },
  {
    name: "relay",
    summary: "follow runs of many repositories: web page, WebSocket, metrics",
    group: "Look",
    load: async () => typed(parseRelayArguments, (await import("./relay.ts")).relayCommand),
  },
  {
    name: "baseline",
    summary: "take down what is there already, so that only what is new blocks",
    group: "Set up",
    load: async () => typed(parseBaselineArguments, (await import("./baseline.ts")).baselineCommand),
  },
  {
    name: "waive",
    summary: "accept a risk by name and until a day",
    group: "Set up",
    load: async () => typed(parseWaiveArguments, (await import("./waive.ts")).waiveCommand),
  },
  {
    name: "waivers",
    summary: "show the accepted risks, or end them",
    group: "Set up",
    load: async () => typed(parseWaiversArguments, (await import("./waivers.ts")).waiversCommand),
  },
  {
    name: "fix",
    summary: "show every safe edit of the findings as one patch, or apply it",
    group: "Set up",
    load: async () => typed(parseFixArguments, (await import("./fix.ts")).fixCommand),
  },
  {
    name: "risk",
    summary: "ask the risk model what-if questions without a run",
    group: "Explain",
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
    load: async () => (await import("./help.ts")).helpCommand,
  },
  {
    name: "version",
    summary: "print the version",
    group: "Explain",
    load: async () => (await import("./help.ts")).versionCommand,
  },
];

export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((command) => command.name === name);
}
