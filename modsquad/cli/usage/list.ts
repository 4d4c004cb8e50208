/** `meta-orch list`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, PLACE, type PlaceArguments, type Usage } from "./options.ts";

export interface ListArguments extends PlaceArguments {
  baseUrl?: string;
  json: boolean;
}

const options: OptionTable = { ...PLACE, "base-url": { kind: "text" }, json: { kind: "flag" } };

export function parseListArguments(argv: readonly string[], elsewhere?: Elsewhere): Result<ListArguments> {
  const typed = new Options(argv, options, elsewhere);
  typed.noWords("list");
  return typed.result({ ...typed.place(), baseUrl: typed.baseUrl(), json: typed.flag("json") });
}

export const LIST: Usage<ListArguments> = {
  name: "list",
  summary: "show every gate, its checks, and whether it would run here",
  group: "Look",
  options,
  parse: parseListArguments,
  help: () => `meta-orch list: show every gate, its checks, and whether it would run here

Usage
  meta-orch list [--json] [options]

Options
  --json                one JSON object on stdout
  --base-url URL        where the product under test answers

{place}

Examples
  meta-orch list
  meta-orch list --repo ../shop --json

Exit codes
  0  shown                         2  config or usage is wrong
`,
};
