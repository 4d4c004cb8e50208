/// <reference lib="dom" />
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
