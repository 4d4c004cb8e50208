/** What the person at the keyboard chose to look at. The frame is a pure function of it and the view. */
export const PANE_IDS = ["gates", "findings", "ledger", "timeline", "runs"] as const;
export type PaneId = (typeof PANE_IDS)[number];

export interface Ui {
  /** The pane the keys go to. */
  pane: PaneId;
  /** Per pane the chosen row; 0 is the top, where the lists of what happens show the latest. */
  chosen: Partial<Record<PaneId, number>>;
  /** Rows that hold this text, in any case; "" = all. */
  filter: string;
  /** True while the filter is being typed. */
  typing: boolean;
  /** Order of the gates: what needs a person first, or as planned. */
  failuresFirst: boolean;
  /** Full-screen text in place of everything, without borders; null = the dashboard. */
  page: { title: string; lines: string[]; top: number } | null;
  /** One line at the bottom in place of the keys, such as what became of a request. */
  message: string;
  /** True where keys work: shows the row that is chosen, and the keys. */
  interactive: boolean;
}

export const STILL: Ui = {
  pane: "gates",
  chosen: {},
  filter: "",
  typing: false,
  failuresFirst: true,
  page: null,
  message: "",
  interactive: false,
};
