/// <reference lib="dom" />
import type { Listens } from "../listeners.ts";
import type { Impact } from "../types.ts";

/** What a rule of our own may use in the page. Names follow axe-core's own helpers, which do the work. */
export interface Kit {
  /** Accessible name, white space collapsed. */
  name(element: Element): string;
  /** Accessible name in lower case, without the arrows and dots around it. */
  bareName(element: Element): string;
  /** Visible text, white space collapsed. */
  text(element: Element): string;
  /** Takes up room on the screen and is not transparent. */
  shown(element: Element): boolean;
  /** Takes the focus, by Tab or by script. */
  focusable(element: Element): boolean;
  /** Red, green and blue from 0 to 255 and alpha from 0 to 1 of a computed colour; null when it is no such colour. */
  channels(color: string): number[] | null;
  /** Contrast ratio of WCAG 2, the first colour laid over the second, which is opaque. From 1 to 21. */
  contrast(front: number[], back: number[]): number;
  /** The plain colour behind an element; null when there is a picture or no colour at all. */
  backOf(element: Element): number[] | null;
  /** The events it listens for, each with the text of its handler; empty when nobody could tell. */
  listens(element: Element): Listens;
  /** Text of the nodes directly in an element. */
  ownText(element: Element): string;
  /** Text of an element that is not part of `inner`, white space collapsed. */
  textAround(element: Element, inner: Element): string;
}

/**
 * A rule of our own. `find` runs in the page: it is sent there as text, so it uses nothing but its arguments and
 * the page. It returns what is wrong with one element in one sentence, or null.
 */
export interface OwnRule {
  id: string;
  impact: Impact;
  /** Success criteria as axe tags them ("wcag244"), or "best-practice". */
  tags: string[];
  help: string;
  fix: string;
  selector: string;
  find(element: Element, kit: Kit): string | null;
}
