/** What a check of this gate is, and what it is shown. */
import type { Artifact, Evidence, Finding, GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import type { KnownPaths } from "./known-paths.ts";
import type { AuditOptions } from "./options.ts";
import type { SourceFile } from "./source.ts";

/** What a check may know of the repository besides the text it is shown. */
export interface AuditScope {
  root: string;
  /** Everything listed and not excluded, links included. */
  files: TrackedFile[];
  /** What exists, excluded or not. */
  known: KnownPaths;
  options: AuditOptions;
}

/** Looks at single files for a check, so that a file that has not changed is not looked at again. */
export interface Noter {
  /** With whatever else decides the note, such as the bounds of the config: `code-quality {"maxDepth":5}`. */
  id: string;
  /** The files it is asked about, when not about all: in quick mode mostly those of the change. */
  isFor?(path: string): boolean;
  /**
   * What this file says, whatever the rest of the repository does; null for nothing. Never the text of a secret.
   * Undefined when that is not known yet: `finish` may put it into `late`. It may be asked in a second thread, where
   * nobody takes or finishes anything, and is asked again in the first when it did not know.
   */
  note(file: SourceFile): Json | undefined;
  /** Whether `take` reads the file again to make something of this note. */
  rereads?(note: Json): boolean;
  /** Takes a note that says something, of this run or an earlier one. */
  take(note: Json, file: SourceFile): void;
  /**
   * Takes a file whose note is not known yet. Its noter is asked before the others, in the first thread, and its check
   * told in `begin`.
   */
  later?(file: SourceFile): void;
  /** Path → the note that `finish` found, or null. */
  late?: Map<string, Json>;
  /** Never asked: it has notes only of files that `finish` looked into. */
  isOnDemand?: true;
}

/** One check: it is shown every text file once, then says what it found. */
export interface AuditCheck {
  id: string;
  /** What it has to know before it can say how it looks at files. */
  prepare?(): Promise<void>;
  /** How it looks at files. */
  noters: Noter[];
  /** Loads what it needs to look into these files: first those that are read for their notes, then those read again. */
  load?(paths: string[]): Promise<void>;
  /** Every so many files: what waits for a program can be begun with those that `later` was given so far. */
  begin?(areAll: boolean): void;
  /** The files it judges, when it does not judge all: in quick mode mostly those of the change. */
  judges?(path: string): boolean;
  /** True when files without text (binary, links) are judged too, by their path. */
  examinesPaths?: true;
  finish(): Finding[] | Promise<Finding[]>;
  /** Its `finish` starts a program and waits for it. */
  waits?: true;
  /** Files the check had to give up on, such as an unreadable compose file: path → reason. */
  gaveUp?: Map<string, string>;
  /** How many more of the files it judges were not examined, since an engine failed. */
  unexamined?: number;
  /** What was planned and examined, when it is not every text file it judges. `examined` leaves out what it gave up on. */
  counts?: { planned: number; examined: number };
  /** The engine it drove, when it is not this gate's own. */
  tool?: Evidence;
  /** Set when an engine is missing, crashed, timed out or gave nothing: the check is errored. */
  failure?: { failureClass: string; message: string };
  /** What it adds to the metrics of the gate. */
  metrics?: JsonObject;
  /** What it wrote for people and tools to read. */
  artifacts?: Artifact[];
}

/** What quick mode judges; null when everything is. */
export function changedPaths({ mode, changed }: Pick<GateContext, "mode" | "changed">): Set<string> | null {
  return mode === "quick" && changed ? new Set(changed.map(({ path }) => path)) : null;
}

export type SkipReason = "binary" | "link" | "too large" | "unreadable";

export interface ReadResult {
  /** How many text files were shown to the checks. */
  read: number;
  /** Files not shown, by reason. "link" and "binary" hold no text to judge; the others do. */
  skipped: Record<SkipReason, string[]>;
  bytes: number;
}

/** A check with the paths it shall not see; null for none. */
export interface ScopedCheck {
  check: AuditCheck;
  skips: ((path: string) => boolean) | null;
}
