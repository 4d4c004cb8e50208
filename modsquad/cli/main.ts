/** The door of the command line: finds the command, runs it, and turns whatever happens into an exit code. */
import { MODES, type Mode } from "../contracts/words.ts";
import { suggest } from "../suggest.ts";
import { COMMANDS, type CommandMain, findCommand } from "./commands.ts";
import { gateCommands, loadGateCommand, matchGateCommand } from "./gate-commands.ts";
import { beforeTerminator, type Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import { liveAsProcess, reportFault } from "./process-life.ts";

/** How a word that is no command by itself is written on the command line. */
function written(word: string, commands: readonly string[]): string {
  if (MODES.includes(word as Mode)) return `meta-orch --mode ${word}`;
  return commands.includes(word) ? `meta-orch ${word}` : `meta-orch gate ${word}`;
}

async function unknownCommand(words: readonly string[], io: Io): Promise<number> {
  const word = words[0]!;
  const { BUILTIN_GATES } = await import("../config/schema-facts.generated.ts");
  const offered = gateCommands();
  const names = [
    ...COMMANDS.map(({ name }) => name),
    ...new Set(offered.map(({ name }) => name.split(" ")[0]!)),
  ];
  const nearest = suggest(word, [...names, ...MODES, ...BUILTIN_GATES]);
  let hint = nearest === null ? "" : `Did you mean "${written(nearest, names)}"? `;
  const started = offered
    .filter(({ name }) => name.startsWith(`${word} `))
    .map(({ name }) => `meta-orch ${name}`);
  if (started.length > 0) hint = `Complete it: ${started.join(" or ")}. `;
  const what =
    started.length > 0 ? `"${words.join(" ")}" is not a whole command` : `There is no command "${word}"`;
  return printProblems([{ what, next: `${hint}meta-orch --help lists the commands.` }], io);
}

async function findMain(argv: string[], io: Io): Promise<{ main: CommandMain; rest: string[] } | number> {
  const first = argv[0];
  const asksForHelp = beforeTerminator(argv).some((word) => word === "--help" || word === "-h");
  if (asksForHelp) {
    const words = argv.filter((word) => !word.startsWith("-"));
    return {
      main: await findCommand("help")!.load(),
      rest: words.slice(0, 1).filter((word) => word === first),
    };
  }
  if (first === undefined || first.startsWith("-"))
    return { main: await findCommand("run")!.load(), rest: argv };
  const command = findCommand(first);
  if (command) return { main: await command.load(), rest: argv.slice(1) };
  const offered = matchGateCommand(argv, gateCommands());
  if (offered) return { main: await loadGateCommand(offered.entry), rest: offered.rest };
  return unknownCommand(argv.slice(0, 2), io);
}

/** Runs the command line. Never rejects; the number is the exit code. */
export async function dispatch(argv: string[], io: Io): Promise<number> {
  try {
    const found = await findMain(argv, io);
    return typeof found === "number" ? found : await found.main(found.rest, io);
  } catch (error) {
    return reportFault(error, io);
  }
}

/** The whole life of the process. `beforeExit` runs last. */
export function main(argv: string[], beforeExit?: () => void): Promise<void> {
  return liveAsProcess(argv, dispatch, beforeExit);
}
