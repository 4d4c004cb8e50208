// Builds a variant of the storefront into an empty folder: `node variant.mjs healthy|broken FOLDER`.
//
// healthy is this folder without the files that make variants. broken is healthy with every defect of defects.json
// seeded: defects/<id>.mjs exports the edits as data. An edit that does not match exactly once is an error, so a
// defect cannot silently disappear when the shop changes.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const SOURCE = fileURLToPath(new URL(".", import.meta.url));
export const VARIANTS = ["healthy", "broken"];

/** At the top of this folder, but no part of the shop: variants, and what running it leaves behind. */
const LEFT_OUT = new Set([
  "variant.mjs",
  "defects.json",
  "defects",
  "node_modules",
  ".env",
  ".git",
  "reports",
  "modsquad",
]);

/**
 * @typedef {object} Defect one entry of defects.json
 * @property {string} id also the name of the file below defects/
 * @property {string} title
 * @property {string} gate @property {string} check @property {string} rule what must catch it
 * @property {string} file where it was seeded
 * @property {string} how what was done
 * @property {string} [target] for findings without a place: text of their target or message
 *
 * @typedef {{ file: string, find: string, replace: string } | { file: string, content: string } | { file: string, remove: true }} Edit
 */

/** The list of seeded defects, in the order they are applied. @returns {Defect[]} */
export function listDefects() {
  return JSON.parse(readFileSync(join(SOURCE, "defects.json"), "utf8"));
}

/** @param {string} id @returns {Promise<Edit[]>} */
async function editsOf(id) {
  const { default: edits } = await import(pathToFileURL(join(SOURCE, "defects", `${id}.mjs`)).href);
  if (!Array.isArray(edits) || edits.length === 0) throw new Error(`defects/${id}.mjs exports no edits`);
  return edits;
}

/** @param {string} folder @param {string} file */
function inside(folder, file) {
  const path = resolve(folder, file);
  if (!path.startsWith(resolve(folder) + sep)) throw new Error(`${file} lies outside the variant`);
  return path;
}

/** @param {string} folder @param {string} id @param {Edit} edit */
function apply(folder, id, edit) {
  const path = inside(folder, edit.file);
  if ("content" in edit) {
    if (existsSync(path)) throw new Error(`defect ${id}: ${edit.file} is there already`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, edit.content);
    return;
  }
  if (!existsSync(path)) throw new Error(`defect ${id}: there is no ${edit.file}`);
  if ("remove" in edit) {
    rmSync(path);
    return;
  }
  const parts = readFileSync(path, "utf8").split(edit.find);
  if (parts.length !== 2) {
    throw new Error(
      `defect ${id}: the text to replace is in ${edit.file} ${parts.length - 1} times, not once`,
    );
  }
  writeFileSync(path, parts.join(edit.replace));
}

/** Makes the packages the shop needs resolvable from the variant, as `npm install` there would. @param {string} folder */
function linkPackages(folder) {
  const manifest = JSON.parse(readFileSync(join(SOURCE, "package.json"), "utf8"));
  const require = createRequire(join(SOURCE, "package.json"));
  for (const name of [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]) {
    let found;
    try {
      found = dirname(require.resolve(`${name}/package.json`));
    } catch {
      if (manifest.peerDependenciesMeta[name]?.optional) continue;
      throw new Error(`the package ${name} is not installed; run npm install`);
    }
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(found, join(folder, "node_modules", name), "junction");
  }
}

/**
 * Writes the variant. `folder` must be empty or absent. Answers the defects that were seeded.
 * @param {string} variant "healthy" or "broken" @param {string} folder @returns {Promise<Defect[]>}
 */
export async function buildVariant(variant, folder) {
  if (!VARIANTS.includes(variant))
    throw new Error(`no variant "${variant}"; there are ${VARIANTS.join(" and ")}`);
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  for (const name of readdirSync(SOURCE)) {
    if (!LEFT_OUT.has(name)) cpSync(join(SOURCE, name), join(folder, name), { recursive: true });
  }
  const defects = variant === "broken" ? listDefects() : [];
  for (const { id } of defects) {
    for (const edit of await editsOf(id)) apply(folder, id, edit);
  }
  linkPackages(folder);
  return defects;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [variant = "", folder = ""] = process.argv.slice(2);
  if (!folder) {
    console.error("Usage: node variant.mjs healthy|broken FOLDER");
    process.exit(2);
  }
  try {
    const defects = await buildVariant(variant, folder);
    console.log(`${variant}: ${resolve(folder)}${defects.length > 0 ? `, ${defects.length} defects` : ""}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
