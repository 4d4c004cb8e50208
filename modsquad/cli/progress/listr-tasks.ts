/**
 * The gates as a listr2 task list. listr2 gets one task per gate, all at once; each ends when the journal says
 * the gate ended. It holds no verdict: a task that "fails" in here changes nothing but the picture.
 *
 * Its own renderer is not used: it hides the cursor without showing it again on SIGTERM, reads the size of the
 * global stdout only, and shows no more than the tail of a list taller than the screen.
 */
import type { TaskState } from "../../contracts/run-state.ts";
import type { GateRow } from "./board.ts";

export interface TaskList {
  /** The gate has ended. Unknown ids are ignored. */
  settle(task: TaskState): void;
}

class NotPassed extends Error {}

/**
 * Starts the list.
 * @param rows one task for each
 * @param refresh called at every change listr2 sees, to draw
 */
export async function startTaskList(rows: readonly GateRow[], refresh: () => void): Promise<TaskList> {
  const { Listr, ListrEventType } = await import("listr2");
  const ends = new Map(rows.map((row) => [row.id, latch()]));

  class GateRenderer {
    static nonTTY = true;
    static rendererOptions = {};
    static rendererTaskOptions = {};
    private readonly events: { on(event: never, handler: () => void): void } | undefined;
    constructor(_tasks: unknown, _options: unknown, events?: unknown) {
      this.events = events as typeof this.events;
    }
    render(): void {
      this.events?.on(ListrEventType.SHOULD_REFRESH_RENDER as never, refresh);
    }
    end(): void {
      refresh();
    }
  }

  const tasks = rows.map((row) => ({
    title: row.id,
    task: async (_context: unknown, wrapper: { skip(message: string): void }) => {
      const task = await ends.get(row.id)!.ended;
      if (task.status === "skipped" || task.status === "not_applicable") wrapper.skip(row.id);
      else if (task.status !== "completed") throw new NotPassed(task.status);
    },
  }));
  const list = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: GateRenderer,
  });
  void list.run().catch(refresh);
  return { settle: (task) => ends.get(task.taskId)?.end(task) };
}

function latch(): { ended: Promise<TaskState>; end: (task: TaskState) => void } {
  let end: (task: TaskState) => void = () => {};
  const ended = new Promise<TaskState>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}
