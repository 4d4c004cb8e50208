/** `meta-orch dashboard`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import { PALETTES, type Palette } from "../../dashboard/frame/palette.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, type PlaceArguments, type Usage } from "./options.ts";

export interface DashboardArguments extends PlaceArguments {
  once: boolean;
  /** Between two pictures; undefined = whenever something changes. */
  refreshSeconds?: number;
  /** Run id, or its beginning. */
  run?: string;
  followAll: boolean;
  palette: Palette;
  /** Size of the picture with --once. */
  columns?: number;
  rows?: number;
  /** False with --no-color. */
  color?: false;
}

const options: OptionTable = {
  once: { kind: "flag" },
  refresh: { kind: "count", min: 1, max: 3600 },
  run: { kind: "text" },
  "follow-all": { kind: "flag" },
  palette: { kind: "choice", of: PALETTES },
  columns: { kind: "count", min: 1, max: 1000 },
  rows: { kind: "count", min: 1, max: 1000 },
  repo: { kind: "text" },
  "no-color": { kind: "flag" },
};

export function parseDashboardArguments(
  argv: readonly string[],
  elsewhere?: Elsewhere,
): Result<DashboardArguments> {
  const typed = new Options(argv, options, elsewhere);
  typed.noWords("dashboard");
  typed.notBoth("once", "refresh", "one shows a single picture, the other many");
  typed.notBoth("run", "follow-all", "one stays with a run, the other moves on to each new one");
  return typed.result({
    ...typed.place(),
    once: typed.flag("once"),
    refreshSeconds: typed.number("refresh"),
    run: typed.text("run"),
    followAll: typed.flag("follow-all"),
    palette: typed.text<Palette>("palette") ?? "default",
    columns: typed.number("columns"),
    rows: typed.number("rows"),
    ...(typed.flag("no-color") ? { color: false as const } : {}),
  });
}

export const DASHBOARD: Usage<DashboardArguments> = {
  name: "dashboard",
  summary: "watch a run as it happens, in the terminal",
  group: "Look",
  options,
  parse: parseDashboardArguments,
  help: () => `meta-orch dashboard: watch a run as it happens, in the terminal

Usage
  meta-orch dashboard [options]
  meta-dashboard [options]

Options
  --once                print one picture and end; so does a pipe or a dumb terminal
  --refresh SECONDS     a picture every so many seconds (default: when something changes)
  --run ID              this run, by its id or the beginning of it (default: the latest)
  --follow-all          move on to every new run at once, even while one is going
  --palette NAME        default, colour-blind (blue for what is well) or mono
  --columns N           with --once: width of the picture
  --rows N              with --once: height of the picture
  --repo PATH           the repository whose runs are shown (default: the current folder)

Keys
  ? help   / filter   arrows, j k g G move   Enter open   Esc back   Tab next pane
  f failures first   r run the chosen gate again   y copy   q quit

Examples
  meta-orch dashboard
  meta-orch dashboard --once
  meta-dashboard --palette colour-blind --follow-all

Exit codes
  0  shown, or q                   2  nothing could be shown, or usage is wrong
  130 143 129  Ctrl-C, terminated, terminal gone
`,
};
