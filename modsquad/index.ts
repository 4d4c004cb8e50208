/** What programs import from "meta-orch": the types, the pure functions, the run, and the door for gates. */

export { loadConfig } from "./config/load.ts";
export * from "./contracts/config.ts";
export * from "./contracts/gate.ts";
export * from "./contracts/risk.ts";
export * from "./contracts/run-state.ts";
export * from "./contracts/words.ts";
export { gateDetailOf, type ViewGateDetail } from "./dashboard/view/detail.ts";
export { type DashboardView, type ViewInput, view } from "./dashboard/view.ts";
export { type PlanRequest, type Prepared, prepare } from "./engine/prepare.ts";
export { type RunRequest, type RunResult, run } from "./engine/run.ts";
export { createFold, fold } from "./journal/fold.ts";
export { readJournal } from "./journal/read.ts";
export type { JournalRecord } from "./journal/record.generated.ts";
export { renderText } from "./report/text.ts";
export { assess } from "./risk/assess.ts";
