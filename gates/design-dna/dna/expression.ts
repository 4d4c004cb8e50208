/** Arithmetic of calc() and SCSS on lengths: enough to tell what a definition comes to. */
import { pxOf } from "../values.ts";

interface Quantity {
  value: number;
  /** "px" for absolute lengths, "" for numbers, else the relative unit. */
  unit: string;
}

const PIECE = /\s*(?:([-+]?(?:\d+\.?\d*|\.\d+))([a-z%]*)|([-+*/()])|([a-z-]+\())/giy;

/** Splits into numbers, operators and parentheses; null when anything else is in it. */
function piecesOf(text: string): (Quantity | string)[] | null {
  const pieces: (Quantity | string)[] = [];
  let at = 0;
  while (at < text.length) {
    if (text.slice(at).trim() === "") break;
    const last = pieces.at(-1);
    const operand = last !== undefined && (typeof last !== "string" || last === ")");
    const operator = operand ? /\s*([-+*/)])/y : null;
    if (operator) {
      operator.lastIndex = at;
      const match = operator.exec(text);
      const signed =
        match &&
        (match[1] === "-" || match[1] === "+") &&
        !/^\s*[-+]\s/.test(text.slice(at)) &&
        /^\s/.test(text.slice(at));
      if (!match || signed) return null;
      pieces.push(match[1] ?? "");
      at = operator.lastIndex;
      continue;
    }
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    if (!match) return null;
    if (match[1] !== undefined) {
      const unit = (match[2] ?? "").toLowerCase();
      const px = unit === "" ? null : pxOf(Number(match[1]), unit);
      pieces.push(px === null || unit === "" ? { value: Number(match[1]), unit } : { value: px, unit: "px" });
    } else if (match[4] !== undefined) {
      if (match[4].toLowerCase() !== "calc(") return null;
      pieces.push("(");
    } else if (match[3] === "-" || match[3] === "(")
      pieces.push(...(match[3] === "-" ? [{ value: -1, unit: "" }, "*"] : ["("]));
    else return null;
    at = PIECE.lastIndex;
  }
  return pieces;
}

class Evaluator {
  private at = 0;
  private readonly pieces: (Quantity | string)[];

  constructor(pieces: (Quantity | string)[]) {
    this.pieces = pieces;
  }

  run(): Quantity | null {
    const value = this.sum();
    return this.at === this.pieces.length ? value : null;
  }

  private sum(): Quantity | null {
    let left = this.product();
    while (left && (this.pieces[this.at] === "+" || this.pieces[this.at] === "-")) {
      const sign = this.pieces[this.at] === "+" ? 1 : -1;
      this.at += 1;
      const right = this.product();
      if (!right || (right.unit !== left.unit && right.value !== 0 && left.value !== 0)) return null;
      left = { value: left.value + sign * right.value, unit: left.unit || right.unit };
    }
    return left;
  }

  private product(): Quantity | null {
    let left = this.operand();
    while (left && (this.pieces[this.at] === "*" || this.pieces[this.at] === "/")) {
      const divide = this.pieces[this.at] === "/";
      this.at += 1;
      const right = this.operand();
      if (!right || (divide && (right.value === 0 || (right.unit !== "" && right.unit !== left.unit))))
        return null;
      if (!divide && left.unit !== "" && right.unit !== "") return null;
      const unit: string = divide ? (right.unit === left.unit ? "" : left.unit) : left.unit || right.unit;
      left = { value: divide ? left.value / right.value : left.value * right.value, unit };
    }
    return left;
  }

  private operand(): Quantity | null {
    const piece = this.pieces[this.at];
    this.at += 1;
    if (piece === "(") {
      const value = this.sum();
      if (this.pieces[this.at] !== ")") return null;
      this.at += 1;
      return value;
    }
    return typeof piece === "object" ? piece : null;
  }
}

/** "calc(1rem + 4px)" → "20px", "8px * 3" → "24px"; null when it is not plain arithmetic with one result. */
export function evaluate(text: string): string | null {
  if (!/[*+/()]|\s-\s|^-/.test(text) || text.length > 200) return null;
  const pieces = piecesOf(text);
  if (!pieces || pieces.length < 3) return null;
  const result = new Evaluator(pieces).run();
  if (!result || !Number.isFinite(result.value)) return null;
  return `${Math.round(result.value * 10_000) / 10_000}${result.unit}`;
}
