// Views are HTML files with [[name]] (escaped) and [[[name]]] (as is). A name nobody provides is an error.
import { readdirSync, readFileSync } from "node:fs";
import { ROOT } from "./config.mjs";

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** @param {string} text */
export const escapeHtml = (text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

const folder = `${ROOT}views/`;
const views = new Map(
  readdirSync(folder).map((file) => [file.replace(/\.html$/, ""), readFileSync(folder + file, "utf8")]),
);

/** @param {string} view file name below views/, without .html @param {Record<string, string | number>} values */
export function render(view, values) {
  const source = views.get(view);
  if (source === undefined) throw new Error(`no view "${view}"`);
  return source.replace(/\[\[(\[?)(\w+)\]?\]\]/g, (_, raw, name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`view "${view}" needs "${name}"`);
    return raw ? String(value) : escapeHtml(String(value));
  });
}
