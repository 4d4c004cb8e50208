/** Tokens as they are written down, before aliases are followed. */
import type { Category, Role, TokenForm } from "../types.ts";

export interface RawToken {
  name: string;
  form: TokenForm;
  /** Mode → value as written; "" is the default mode. */
  raw: Record<string, string>;
  /** What is written in CSS; filled by the reader. */
  css: string;
  utility?: string;
  category?: Category;
  roles?: Role[];
  /** Names an alias may use for it, such as "{color.brand}". */
  aliases?: string[];
  deprecated?: boolean;
  source: { path: string; line: number; from?: number; to?: number; external?: boolean };
}
