/** A page of plain text: printable ASCII, at most 100 columns, whatever is put on it. */
import { foldLine, printable } from "../plain-text.ts";

export const WIDTH = 100;

export class Page {
  private readonly lines: string[] = [];

  /** A rule, a title, a rule. */
  title(text: string): void {
    this.lines.push("=".repeat(WIDTH));
    this.line(text);
    this.lines.push("=".repeat(WIDTH));
  }

  /** A section heading with a blank line above it. */
  heading(text: string): void {
    this.lines.push("");
    this.line(text);
    this.lines.push("-".repeat(WIDTH));
  }

  /** One line already laid out; what does not fit is folded and indented by `hang`. */
  line(text: string, hang = 2): void {
    this.lines.push(...foldLine(printable(text), WIDTH, hang));
  }

  /** A label of 22 columns and its value. */
  field(label: string, value: string): void {
    this.line(`${label.padEnd(22)} ${value}`, 23);
  }

  /** The same, indented below a heading. */
  entry(label: string, value: string): void {
    this.line(`  ${label.padEnd(20)} ${value}`, 23);
  }

  toString(): string {
    return `${this.lines.join("\n")}\n`;
  }
}
