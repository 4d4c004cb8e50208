// Regenerates everything that is generated from schemas. `--check` writes nothing and fails on a difference.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { generateConfigFiles } from "../modsquad/config/generate.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** All generated files: path relative to the repository → content. */
export async function generateAll() {
  const files = await generateConfigFiles();
  const journal = join(root, "modsquad/journal/generate.mjs");
  if (existsSync(journal)) {
    const { generateJournalTypes } = await import(pathToFileURL(journal).href);
    for (const { file, text } of await generateJournalTypes({ write: false })) {
      files.set(relative(root, fileURLToPath(file)), text);
    }
  }
  return files;
}

/** Paths whose content differs from what is on disk. */
export function outdated(files) {
  return [...files].flatMap(([path, content]) => {
    const file = join(root, path);
    return existsSync(file) && readFileSync(file, "utf8") === content ? [] : [path];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = await generateAll();
  const changed = outdated(files);
  if (process.argv.includes("--check")) {
    for (const path of changed) console.error(`${path} is out of date: run npm run generate`);
    if (changed.length > 0) process.exitCode = 1;
  } else {
    for (const path of changed) writeFileSync(join(root, path), files.get(path));
    console.log(changed.length === 0 ? "nothing changed" : `wrote ${changed.join(", ")}`);
  }
}
