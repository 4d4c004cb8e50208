/** What is judged, and what it is compared with, when the mode's own choice is not wanted. */

export type View =
  /** The staged content against HEAD: the choice of quick mode. */
  | { kind: "index" }
  /** The work tree against HEAD in quick mode, against the merge base in full mode. */
  | { kind: "work-tree" }
  /** The work tree against where it left another branch, tag or commit. */
  | { kind: "since"; ref: string }
  /** A commit against where it left another; `from` null = against nothing, so that everything is new. */
  | { kind: "range"; from: string | null; to: string };

/** "A..B", "A...B", "A.." and "..B" (the open end is HEAD) as a view, or null when it is none of them. */
export function parseRange(text: string): View | null {
  const found = /^(.*?)\.{2,3}(?!\.)(.*)$/.exec(text);
  if (!found || (found[1] === "" && found[2] === "")) return null;
  return { kind: "range", from: found[1] || "HEAD", to: found[2] || "HEAD" };
}
