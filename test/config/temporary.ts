/** Folders that live as long as one test file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

const made: string[] = [];

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder with these files; `git` adds an empty .git folder, which is all that root finding looks at. */
export function folderWith(files: Record<string, string | Uint8Array>, { git = true } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "meta-orch-test-"));
  made.push(folder);
  if (git) mkdirSync(join(folder, ".git"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
