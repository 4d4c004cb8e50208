/** `meta-orch gate`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import { MODES, type Mode } from "../../contracts/words.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, PLACE, type PlaceArguments, type Usage } from "./options.ts";

export interface GateArguments extends PlaceArguments {
  gate: string;
  /** --check; null = all checks of the mode. */
  checks: string[] | null;
  mode: Mode;
  baseUrl?: string;
  liveData: boolean;
  timeoutMs?: number;
  output?: string;
  quiet: boolean;
  verbose: boolean;
  argv: string[];
}

const options: OptionTable = {
  check: { kind: "list" },
  mode: { kind: "choice", of: MODES },
  ...PLACE,
  "base-url": { kind: "text" },
  "live-data": { kind: "flag" },
  timeout: { kind: "duration" },
  output: { kind: "text" },
  quiet: { kind: "flag" },
  verbose: { kind: "flag" },
};

export function parseGateArguments(argv: readonly string[], elsewhere?: Elsewhere): Result<GateArguments> {
  const typed = new Options(argv, options, elsewhere);
  const [gate, ...more] = typed.words;
  if (gate === undefined) {
    typed.problem(
      "gate",
      "meta-orch gate needs the id of a gate",
      "Write the id first: meta-orch gate repo-audit [--check ID]. meta-orch list shows the gates.",
    );
  }
  if (more.length > 0)
    typed.problem(
      more[0]!,
      "meta-orch gate takes one gate at a time",
      "For several: meta-orch run --gate a b.",
    );
  typed.notBoth("quiet", "verbose", "one asks for less, the other for more");
  const checks = typed.list("check");
  return typed.result({
    gate: gate ?? "",
    checks: checks.length > 0 ? checks : null,
    mode: typed.text<Mode>("mode") ?? "full",
    ...typed.place(),
    baseUrl: typed.baseUrl(),
    liveData: typed.liveData(gate === undefined || gate === "browser"),
    timeoutMs: typed.number("timeout"),
    output: typed.text("output"),
    quiet: typed.flag("quiet"),
    verbose: typed.flag("verbose"),
    argv: [...argv],
  });
}

export const GATE: Usage<GateArguments> = {
  name: "gate",
  summary: "run one gate alone and print its result as JSON",
  group: "Validate",
  options,
  parse: parseGateArguments,
  help: () => `meta-orch gate: run one gate alone and print its result as JSON

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
};
