/** Check `hygiene`: files that are broken, or should not be there. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import type { AuditCheck, AuditScope } from "../../audit.ts";
import { isGeneratedPath, isYaml } from "../../paths.ts";
import { MAX_YAML_LENGTH, type YamlReader } from "../../yaml.ts";
import { findConflicts } from "./conflicts.ts";
import { findInvalidJson, findInvalidYaml } from "./documents.ts";
import { findBrokenLinks, findCaseClashes, findLargeFiles, findOutput } from "./tree.ts";

export function hygieneCheck(scope: AuditScope, yaml: YamlReader | null): AuditCheck {
  const findings: Finding[] = [];
  const gaveUp = new Map<string, string>();
  return {
    id: "hygiene",
    gaveUp,
    examinesPaths: true,
    visit(file) {
      const conflicts = findConflicts(file);
      findings.push(...conflicts);
      // A file with conflict markers is broken in every format; saying it twice helps nobody.
      if (conflicts.length > 0) return;
      if (file.path.endsWith(".json")) findings.push(...findInvalidJson(file));
      else if (yaml && isYaml(file.path) && !isGeneratedPath(file.path)) {
        if (file.text.length > MAX_YAML_LENGTH) gaveUp.set(file.path, "too long to parse as YAML");
        else findings.push(...findInvalidYaml(file, yaml));
      }
    },
    finish() {
      const { files, root, options } = scope;
      return [
        ...findings,
        ...findCaseClashes(files),
        ...findBrokenLinks(root, files, scope.known),
        ...findOutput(files),
        ...findLargeFiles(files, options.maxFileBytes),
      ];
    },
  };
}
