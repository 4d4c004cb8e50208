// Ten ways out of the dashboard, each on four kinds of terminal.
import { ensureTools } from "../scripts/tools.mjs";
import { EXITS, repositoryWithRun, tryExit } from "./lib/dashboard-exits.mjs";

export const title = "The dashboard gives the terminal back, whatever ends it";

const TERMS = ["tmux-256color", "xterm-256color", "screen", "linux"];

export async function run() {
  const missing = ensureTools(["tmux"]);
  if (missing.length > 0) return { ok: false, lines: missing };
  const lines = [];
  let wrong = 0;
  for (const name of Object.keys(EXITS)) {
    const faults = [];
    for (const term of TERMS) {
      const repository = await repositoryWithRun();
      const fault = await tryExit(name, repository, term);
      repository.remove();
      if (fault !== null) faults.push(`${term}: ${fault}`);
    }
    wrong += faults.length;
    const code = `exit code ${EXITS[name].code}`;
    lines.push(
      `${name}: ${faults.length === 0 ? `${code}, terminal restored on ${TERMS.length} kinds of terminal` : faults.join("; ")}`,
    );
  }
  return { ok: wrong === 0, lines };
}
