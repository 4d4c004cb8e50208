/** Routes without authentication where their neighbours have it. */
import type { Finding, Fix } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding, suggestFix, suggestLine } from "../../findings.ts";
import { describe, type Place } from "../../source.ts";
import { isPublicPath } from "./words.ts";

export interface Route {
  /** Routes that stand together: a router, a controller, a folder. */
  group: string;
  /** Upper case; "ALL" where the framework does not say. */
  method: string;
  path: string;
  handler: string;
  /** What asks who is there, as it is written; null when nothing does, "?" when it cannot be seen. */
  guard: string | null;
  /** The guard is there and has no effect. */
  ineffective?: string;
  /** How a guard is given here, with %s for it. */
  how: string;
  place: Place;
}

const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE", "ALL"]);
const isWrite = (route: Route): boolean => WRITES.has(route.method);

const isOpen = (route: Route): boolean => isPublicPath(route.path, route.handler, isWrite(route));

/** Two guarded neighbours are a habit, one is a coincidence. */
const MIN_GUARDED = 2;

/** The guarded neighbours that make this route stand out; [] when it does not. */
function witnesses(route: Route, group: Route[]): Route[] {
  // Reading is often open where writing is not; a route is compared with its own kind, writes also with all.
  const kinds = isWrite(route) ? [group.filter(isWrite), group] : [group.filter((each) => !isWrite(each))];
  for (const kind of kinds) {
    const guarded = kind.filter((each) => each.guard !== null && each.guard !== "?");
    const open = kind.filter((each) => each.guard === null && !isOpen(each));
    if (guarded.length >= MIN_GUARDED && guarded.length > open.length) return guarded;
  }
  return [];
}

function mostCommon(guards: string[]): string {
  const counts = new Map<string, number>();
  for (const each of guards) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]![0];
}

/** From the call's name to behind the path it gives. */
const UP_TO_HANDLER = /^[^(]*\(\s*(["'`])(?:(?!\1).)*\1\s*,\s*/;

/** Puts the neighbours' guard where it belongs. */
function guardFix({ how, place }: Route, guard: string): Fix {
  const description = `${how.replace("%s", () => guard)}, or list the route under publicRoutes if it is meant to be open.`;
  const { file, start, end } = place;
  const text = file.text.slice(start, end);
  if (/^Put %s above /.test(how)) return suggestLine(description, file, file.position(start).line, guard);
  if (/^Put %s between /.test(how)) return suggestLine(description, file, file.position(end).line + 1, guard);
  const last = text.lastIndexOf(")");
  if (how.startsWith("Give the route") && last !== -1) {
    const asked = /^(?:Depends|Security)\(/.test(guard) ? guard : `Depends(${guard})`;
    return suggestFix(description, { file, start: start + last, end: end }, `, dependencies=[${asked}])`);
  }
  const open = how.startsWith("Add preHandler") ? /^[^{]*\{/.exec(text)?.[0] : undefined;
  if (open !== undefined)
    return suggestFix(
      description,
      { file, start, end: start + open.length },
      `${open} preHandler: ${guard},`,
    );
  const front = UP_TO_HANDLER.exec(text)?.[0];
  return front
    ? suggestFix(description, { file, start, end: start + front.length }, `${front}${guard}, `)
    : { description: `${description} Write \`${guard}\`.` };
}

function toFinding(route: Route, guarded: Route[]): Finding {
  const guard = mostCommon(guarded.map((each) => each.guard!));
  const name = `${route.method} ${route.path}`;
  const example = guarded.find((each) => each.guard === guard)!;
  const why =
    route.ineffective ?? `${guarded.length} neighbours ask for ${guard}, such as ${describe(example.place)}`;
  return makeFinding({
    ruleId: "auth/unguarded-route",
    severity: isWrite(route) ? "high" : "medium",
    message: `${name} can be called by anybody (${isWrite(route) ? "it changes data" : "it reads data"}): ${why}`,
    identity: [route.place.file.path, name],
    place: route.place,
    defectClass: "hygiene",
    effort: 10,
    fix: guardFix(route, guard),
  });
}

/** Judges every route against those it stands with. */
export function judgeRoutes(routes: Route[], isMeantPublic: (path: string) => boolean): Finding[] {
  const groups = new Map<string, Route[]>();
  for (const route of routes) groups.set(route.group, [...(groups.get(route.group) ?? []), route]);
  const findings: Finding[] = [];
  for (const group of groups.values()) {
    for (const route of group) {
      if (route.guard !== null || isOpen(route) || isMeantPublic(route.path)) continue;
      const guarded = witnesses(
        route,
        group.filter((each) => each !== route),
      );
      if (guarded.length > 0) findings.push(toFinding(route, guarded));
    }
  }
  return findings;
}
