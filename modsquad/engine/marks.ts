/** What the processes of a run carry in their environment, so that they are found wherever they went. */

/** Environment variable that every child of a run inherits; its value is the run id. */
export const RUN_MARK = "META_ORCH_RUN_ID";
/** The same for one child alone and what comes of it. */
export const CHILD_MARK = "META_ORCH_CHILD";
