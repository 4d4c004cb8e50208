import { FAULTS, provoke, SLOW_FAULTS } from "./lib/faults.mjs";
import { inParallel } from "./lib/scratch.mjs";

export const title = "Fault matrix: nothing unchecked passes, cause and cure are named";

export async function run() {
  const faults = Object.entries({ ...SLOW_FAULTS, ...FAULTS });
  const seen = await inParallel(
    faults.map(
      ([, fault]) =>
        () =>
          provoke(fault),
    ),
    3,
  );
  const bad = faults.flatMap(([name], at) =>
    seen[at].wrong.length > 0 ? [`${name}: ${seen[at].wrong.join("; ")}`] : [],
  );
  const count = (code) => seen.filter((one) => one.code === code).length;
  return {
    ok: bad.length === 0,
    lines: [
      `${faults.length} faults: ${count(1)} blocked (exit 1), ${count(2)} could not be done (exit 2), ${count(0)} that cannot touch the verdict kept its exit 0`,
      ...bad,
    ],
  };
}
