/** Check `hygiene`: files that are broken, or should not be there. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import type { AuditCheck, AuditScope } from "../../audit.ts";
import { isGeneratedPath, isYaml } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import { MAX_YAML_LENGTH, type YamlReader } from "../../yaml.ts";
import { findConflicts } from "./conflicts.ts";
import { findInvalidJson, findInvalidYaml } from "./documents.ts";
import { findBrokenLinks, findCaseClashes, findLargeFiles, findOutput } from "./tree.ts";

/** What is wrong inside one file; a reason when it had to be given up on. */
function readFile(file: SourceFile, yaml: YamlReader | null): Finding[] | string {
  const conflicts = findConflicts(file);
  // A file with conflict markers is broken in every format; saying it twice helps nobody.
  if (conflicts.length > 0) return conflicts;
  if (file.path.endsWith(".json")) return findInvalidJson(file);
  if (!yaml || !isYaml(file.path) || isGeneratedPath(file.path)) return [];
  return file.text.length > MAX_YAML_LENGTH ? "too long to parse as YAML" : findInvalidYaml(file, yaml);
}

export function hygieneCheck(scope: AuditScope, yaml: YamlReader | null): AuditCheck {
  const findings: Finding[] = [];
  const gaveUp = new Map<string, string>();
  return {
    id: "hygiene",
    gaveUp,
    examinesPaths: true,
    visit(file) {
      const found = readFile(file, yaml);
      if (typeof found === "string") gaveUp.set(file.path, found);
      else findings.push(...found);
    },
    note: (file) => readFile(file, yaml).length > 0 || null,
    take(note, file) {
      if (note !== null) this.visit(file);
    },
    finish() {
      const { files, root, options } = scope;
      return [
        ...findings,
        ...findCaseClashes(files, scope.known),
        ...findBrokenLinks(root, files, scope.known),
        ...findOutput(files),
        ...findLargeFiles(files, options.maxFileBytes),
      ];
    },
  };
}
