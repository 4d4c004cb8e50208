/** Where in a request or response a difference is. */
import type { Direction } from "./change.ts";

export interface Spot {
  direction: Direction;
  /** "request-body", "request-parameter", "response-body", "response-header"; rules begin with it. */
  kind: string;
  /** "body", "query parameter limit", "200 body". */
  label: string;
  /** Path of properties inside, "" at the top. */
  path: string;
  /** Values travel as text: any type may become a string. */
  asText: boolean;
}

export const inside = (spot: Spot, name: string): Spot => ({
  ...spot,
  path: spot.path === "" ? name : `${spot.path}/${name}`,
});

export const spotOf = (direction: Direction, kind: string, label: string, asText = false): Spot => ({
  direction,
  kind,
  label,
  path: "",
  asText,
});
