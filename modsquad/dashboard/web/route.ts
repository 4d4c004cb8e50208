/** Where the page is, as its address has it, so that a link shows another person the same thing. */

export interface Route {
  repo: string | null;
  /** Id of a run, or "latest": whichever that is. */
  run: string | null;
  view: "run" | "findings" | "log" | "gate";
  gate: string | null;
  /** What the lists are filtered by. */
  query: string;
  failuresFirst: boolean;
}

const NAME = /^[\w.-]{1,120}$/;

export function readRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?", 2);
  const [repo, run, view, gate] = path.split("/").filter(Boolean).map(decode);
  const parameters = new URLSearchParams(search);
  const valid = (name: string | undefined) => (name !== undefined && NAME.test(name) ? name : null);
  const inGate = view === "gates" && valid(gate) !== null;
  return {
    repo: valid(repo),
    run: valid(run),
    view: inGate ? "gate" : view === "findings" || view === "log" ? view : "run",
    gate: inGate ? valid(gate) : null,
    query: parameters.get("q") ?? "",
    failuresFirst: parameters.get("f") === "1",
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export function writeRoute({ repo, run, view, gate, query, failuresFirst }: Route): string {
  const parts = [repo, run, view === "gate" ? "gates" : view === "run" ? null : view, gate];
  const parameters = new URLSearchParams();
  if (query !== "") parameters.set("q", query);
  if (failuresFirst) parameters.set("f", "1");
  const search = parameters.size > 0 ? `?${parameters}` : "";
  return `#/${parts.filter((part) => part !== null).join("/")}${search}`;
}

export const here = (): Route => readRoute(location.hash);

/** The address of another place; the filter stays here. */
export function linkTo(change: Partial<Route>): string {
  return writeRoute({ ...here(), view: "run", gate: null, query: "", ...change });
}

/** Changes the address in place: typing in a filter should not fill the history. */
export function replaceRoute(change: Partial<Route>): void {
  history.replaceState(null, "", writeRoute({ ...here(), ...change }));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

/** One level up. */
export function upFrom(route: Route): string | null {
  if (route.query !== "") return writeRoute({ ...route, query: "" });
  if (route.view !== "run") return writeRoute({ ...route, view: "run", gate: null });
  if (route.run !== null) return writeRoute({ ...route, run: null });
  return route.repo !== null ? writeRoute({ ...route, repo: null }) : null;
}
