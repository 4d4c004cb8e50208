/** Prints the help: the pages stand beside each command's options. */
import { EXIT } from "../contracts/words.ts";
import { didYouMean } from "../suggest.ts";
import { VERSION } from "../version.ts";
import { COMMANDS, findCommand } from "./commands.ts";
import { gateCommands } from "./gate-commands.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import { EXIT_CODES, PLACE_HELP } from "./usage/options.ts";

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

/** The page of one command, or null when there is no such command; that of `run` is the overview. */
export async function commandHelp(name: string, fromGates: readonly Listed[]): Promise<string | null> {
  const command = findCommand(name);
  if (command) {
    const page = await command.help();
    return page
      .replace("{commands}", () => groupedCommands(fromGates))
      .replace("{place}", PLACE_HELP)
      .replace("{exits}", EXIT_CODES);
  }
  const own = fromGates.filter((one) => one.name === name || one.name.startsWith(`${name} `));
  return own.length > 0 ? `meta-orch ${name}\n\nCommands\n${commandLines(own)}\n` : null;
}

export async function helpCommand(argv: string[], io: Io): Promise<number> {
  const fromGates = gateCommands();
  const name = argv.filter((word) => !word.startsWith("-")).join(" ");
  const text = await commandHelp(name === "" ? "run" : name, fromGates);
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
