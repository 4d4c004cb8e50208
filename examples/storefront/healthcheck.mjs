// Asks the shop's own health endpoint; the exit code is what Docker reads.
import { readConfig } from "./src/config.mjs";

const { port } = readConfig();
try {
  const answer = await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(2000) });
  process.exitCode = answer.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
