/** Who may call an operation, and how credentials are shown: requirements and schemes. */
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { asArray, asObject, isObject, same, show, step, texts } from "../json.ts";
import type { Operation } from "../types.ts";
import type { Level } from "./change.ts";
import type { Scene } from "./scene.ts";

const isOpen = ({ security }: Operation) =>
  security.length === 0 || security.some((one) => Object.keys(one).length === 0);

const names = ({ security }: Operation) =>
  security
    .map((one) =>
      Object.entries(one)
        .map(([name, scopes]) =>
          asArray(scopes).length > 0 ? `${name} (${asArray(scopes).join(", ")})` : name,
        )
        .join(" and "),
    )
    .join(" or ");

/** Whoever could call it before holds one of the old sets of credentials; each must still be enough. */
export function compareSecurity({ changes }: Scene, old: Operation, now: Operation): void {
  if (isOpen(now)) return;
  const pointer = now.node.security === undefined ? "#/security" : `${now.pointer}/security`;
  const tell = (rule: string, message: string, advice: string) =>
    changes.add({ rule, level: "breaking", direction: "request", pointer, message, advice });
  if (isOpen(old)) {
    tell(
      "security-added",
      `${now.id} was open, needs ${names(now)} now`,
      "Keep it open, or publish a new version that needs credentials.",
    );
    return;
  }
  for (const was of old.security) {
    const asks = (is: JsonObject, scopes: boolean) =>
      Object.keys(is).every(
        (scheme) =>
          was[scheme] !== undefined &&
          (!scopes || texts(is[scheme]).every((scope) => texts(was[scheme]).includes(scope))),
      );
    if (now.security.some((is) => asks(is, true))) continue;
    const schemes = Object.keys(was).join(" and ");
    const rule = now.security.some((is) => asks(is, false)) ? "security-scope-added" : "security-changed";
    tell(rule, `${schemes} was enough, ${names(now)} is needed now`, `Keep accepting ${schemes}.`);
  }
}

/** What decides where credentials come from and where they go. */
const FLOWS = ["authorizationUrl", "tokenUrl", "refreshUrl"];

/** The schemes that some operation of both versions asks for. */
export function compareSchemes(scene: Scene, operations: readonly Operation[]): void {
  const used = new Set(operations.flatMap(({ security }) => security.flatMap((one) => Object.keys(one))));
  const schemesOf = (root: JsonObject) => asObject(asObject(root.components).securitySchemes);
  const [before, after] = [schemesOf(scene.old.root), schemesOf(scene.now.root)];
  for (const name of used) {
    const [was, is] = [before[name], after[name]];
    if (isObject(was) && isObject(is) && !same(was, is)) compareScheme(scene, name, was, is);
  }
}

function compareScheme({ changes }: Scene, name: string, was: JsonObject, is: JsonObject): void {
  const pointer = `#/components/securitySchemes/${step(name)}`;
  changes.operation = `security scheme ${name}`;
  const tell = (key: string, level: Level, before: unknown, after: unknown) =>
    changes.add({
      rule: `security-scheme-${key.replace(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`)}-changed`,
      level,
      direction: "request",
      pointer,
      message: `${key} was ${show(before ?? "not given")}, is ${show(after ?? "not given")}`,
      advice: "Keep this scheme as it was, and offer the other one beside it under a name of its own.",
    });
  const lower = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
  for (const key of ["type", "in", "name", "scheme", "openIdConnectUrl"]) {
    const equal = key === "scheme" ? lower(was[key]) === lower(is[key]) : same(was[key], is[key]);
    if (!equal) tell(key, "breaking", was[key], is[key]);
  }
  if (!same(was.bearerFormat, is.bearerFormat))
    tell("bearerFormat", "warning", was.bearerFormat, is.bearerFormat);
  for (const [flow, old] of Object.entries(asObject(was.flows))) {
    const now = asObject(is.flows)[flow];
    if (!isObject(now)) {
      tell("flow", "breaking", flow, now);
      continue;
    }
    for (const key of FLOWS)
      if (!same(asObject(old)[key], now[key])) tell(key, "breaking", asObject(old)[key], now[key]);
  }
}
