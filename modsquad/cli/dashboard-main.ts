/**
 * `meta-orch dashboard` without the rest of the command line: a person waits for the first picture, so the launcher
 * starts it by itself.
 */
import { dashboardCommand } from "./dashboard.ts";
import { liveAsProcess } from "./process-life.ts";
import { parseDashboardArguments } from "./usage/dashboard.ts";

export { dashboardCommand };

/** False when the words are not understood or ask for help: then the whole command line has to answer. */
export function main(argv: string[], beforeExit: () => void): boolean {
  const args = parseDashboardArguments(argv);
  if (!args.ok) return false;
  void liveAsProcess(argv, (_, io) => dashboardCommand(args.value, io), beforeExit);
  return true;
}
