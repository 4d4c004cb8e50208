/** The widgets of blessed-contrib that are bundled; its own declarations do not pass a strict compiler. */
declare module "blessed-contrib/lib/widget/*" {
  import type { Widgets } from "blessed";

  interface ContribWidget extends Widgets.BoxElement {
    setData(data: unknown): void;
    calcSize(): void;
    canvasSize: { width: number; height: number };
    ctx: { save(): void; restore(): void; translate(x: number, y: number): void } | undefined;
    logLines: string[];
    setItems(items: string[]): void;
    options: Record<string, unknown>;
  }
  const create: (options: Record<string, unknown>) => ContribWidget;

  export type { ContribWidget };
  export default create;
}
