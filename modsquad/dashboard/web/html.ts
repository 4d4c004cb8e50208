/** Templates become nodes, never markup: whatever a journal holds is shown as text. */
import { html as template } from "htm/preact";
import type { VNode } from "preact";

/** One node, or for a template with several roots what stands for them. */
export const html = template as (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

/** Class names that apply. */
export function classes(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
