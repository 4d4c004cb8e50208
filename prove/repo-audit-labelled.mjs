// The secret rules on labelled sets: precision and recall. The sets are not part of this project;
// REPO_AUDIT_LABELLED names one or more checkouts, separated by ":", of Plazmaz/leaky-repo, Samsung/CredSweeper,
// leaktk/fake-leaks, OWASP/SEDATED, semgrep/semgrep-rules, or Samsung/CredData with meta/ and the data/ its
// download_data.py makes.
import { existsSync } from "node:fs";
import { labelledSet } from "./lib/labelled-sets.mjs";
import { secretScanner } from "./lib/secret-scan.mjs";

export const title = "repo-audit: secrets on labelled repositories";

const MIN_PRECISION = 0.9;
const MIN_RECALL = 0.6;

export async function run() {
  const roots = (process.env.REPO_AUDIT_LABELLED ?? "").split(":").filter((root) => root && existsSync(root));
  const sets = roots.map((root) => labelledSet(root)).filter((set) => set !== null);
  if (sets.length === 0) {
    return {
      ok: false,
      lines: [
        "not measured: REPO_AUDIT_LABELLED names no labelled set that is known here",
        "git clone https://github.com/Plazmaz/leaky-repo DIR, then REPO_AUDIT_LABELLED=DIR npm run prove repo-audit-labelled",
      ],
    };
  }
  const { find } = await secretScanner();
  const lines = [];
  let ok = sets.length === roots.length;
  for (const { name, count } of sets) {
    const { hit, missed, wrong } = await count(find);
    const precision = hit / Math.max(1, hit + wrong);
    const recall = hit / Math.max(1, hit + missed);
    ok &&= precision >= MIN_PRECISION && recall >= MIN_RECALL;
    lines.push(
      `${name}: precision ${precision.toFixed(3)} (at least ${MIN_PRECISION}), recall ${recall.toFixed(3)} (at least ${MIN_RECALL}), ${hit + missed} labelled secrets`,
    );
  }
  return { ok, lines };
}
