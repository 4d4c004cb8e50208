/** The git room: reads repositories, writes nothing but its own snapshot folder. */
export {
  type Base,
  type BaseAnswer,
  type BaseOptions,
  forkPoint,
  mergeBase,
  readBase,
  resolveCommit,
  stagedBase,
} from "./base.ts";
export {
  type Changes,
  type Comparison,
  changedFiles,
  changedLines,
  type LineRange,
  WHOLE_FILE,
} from "./changes.ts";
export { type FileListing, type LeftOut, trackedFiles } from "./files.ts";
export { openRepository, type Repository } from "./repository.ts";
export { type Snapshot, snapshotCommit, snapshotIndex } from "./snapshot.ts";
export { parseRange, type View } from "./view.ts";
export { walkFiles } from "./walk.ts";
