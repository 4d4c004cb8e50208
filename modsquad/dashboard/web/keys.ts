/** The keyboard: the same keys as in the terminal. */

export interface KeyActions {
  help(): void;
  /** Puts the cursor into the filter. */
  filter(): void;
  /** Moves the selection: by so many items, or to the first or last. */
  move(by: number): void;
  edge(which: "first" | "last"): void;
  open(): void;
  back(): void;
  failuresFirst(): void;
  copy(): void;
  runAgain(): void;
}

export const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ["j k ↓ ↑", "next, previous"],
  ["g G", "first, last"],
  ["Enter", "open"],
  ["Esc", "back, close, clear the filter"],
  ["/", "filter: words, severity:high, gate:contract, new:yes"],
  ["f", "failures first"],
  ["r", "run the selected gate again"],
  ["y", "copy as text"],
  ["?", "this help"],
];

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;

export function listenToKeys(actions: KeyActions): void {
  const bindings: Record<string, () => void> = {
    "?": actions.help,
    "/": actions.filter,
    j: () => actions.move(1),
    ArrowDown: () => actions.move(1),
    k: () => actions.move(-1),
    ArrowUp: () => actions.move(-1),
    g: () => actions.edge("first"),
    G: () => actions.edge("last"),
    f: actions.failuresFirst,
    y: actions.copy,
    r: actions.runAgain,
    Escape: actions.back,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A dialog has its own keys.
    if (document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key !== "Escape" && event.key !== "Enter") return;
      (event.target as HTMLElement).blur();
      if (event.key === "Enter") actions.edge("first");
      event.preventDefault();
      return;
    }
    // Links and buttons open by themselves.
    if (event.key === "Enter" && (event.target as Element).closest?.("a, button, summary")) return;
    const act = event.key === "Enter" ? actions.open : bindings[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** What the keys move over: everything marked as an item, in the order of the page. */
export function moveFocus(by: number | "first" | "last"): void {
  const items = [...document.querySelectorAll<HTMLElement>("[data-item]")];
  if (items.length === 0) return;
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = by === "first" ? 0 : by === "last" ? items.length - 1 : at < 0 ? 0 : at + by;
  const item = items[Math.max(0, Math.min(items.length - 1, next))]!;
  item.focus();
  item.scrollIntoView({ block: "nearest" });
}
