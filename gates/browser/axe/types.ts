/** What axe-core answers, as far as this gate reads it. */
import type { Endless } from "./stillness.ts";

export type Impact = "critical" | "serious" | "moderate" | "minor";

/** One step per frame; within shadow trees a step is itself a path of selectors. */
export type Target = (string | string[])[];

export interface AxeCheckAnswer {
  id: string;
  message: string;
  data: unknown;
  impact: Impact | null;
}

export interface AxeNode {
  html: string;
  target: Target;
  impact: Impact | null;
  failureSummary?: string;
  any: AxeCheckAnswer[];
  all: AxeCheckAnswer[];
  none: AxeCheckAnswer[];
}

export interface AxeRuleAnswer {
  id: string;
  impact: Impact | null;
  tags: string[];
  help: string;
  helpUrl: string;
  description: string;
  nodes: AxeNode[];
}

export interface AxeAnswer {
  violations: AxeRuleAnswer[];
  incomplete: AxeRuleAnswer[];
  passes: AxeRuleAnswer[];
  /** Frames in which axe ran, the page's own included. */
  frames: number;
  /** Frames that could not be looked into, by selector, with the reason. */
  unreachable: { frame: string; reason: string }[];
  /** Animations without end that make text blink or move; they have been cancelled. */
  endless: Endless[];
  version: string;
}
