/** Check `advisories`: known vulnerabilities of what is installed. Runs in full mode when config names a source. */
import path from "node:path";
import type { Finding, GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import type { AuditCheck } from "../../audit.ts";
import { makeFinding } from "../../findings.ts";
import { baseName, isExamplePath, isTestPath } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import { auditLock } from "./audit.ts";
import { isLock, type Locked, readLock } from "./locked.ts";
import { OsvDatabase } from "./osv.ts";

/** The package manager's audit, or the path of an OSV database. */
export type AdvisorySource = "audit" | { osv: string };

interface Vulnerability {
  file: SourceFile;
  at: number;
  name: string;
  version: string | null;
  id: string;
  summary: string;
  severity: Severity;
  command: string;
}

function toFinding({ file, at, name, version, id, summary, severity, command }: Vulnerability): Finding {
  return makeFinding({
    ruleId: "advisories/known-vulnerability",
    severity,
    message: `${name}${version ? ` ${version}` : ""}: ${summary} (${id})`,
    identity: [file.path, name, version ?? "", id],
    place: { file, start: at, end: at },
    defectClass: "hygiene",
    effort: 15,
    fix: { description: "Install a version without it.", command },
  });
}

export function advisoriesCheck(source: AdvisorySource | null, context: GateContext): AuditCheck {
  const locks: SourceFile[] = [];
  const findings: Finding[] = [];
  const counts = { planned: 0, examined: 0 };

  const fail = (failureClass: string, message: string): void => {
    check.failure ??= { failureClass, message };
  };

  /** Requirements have no audit of their own. */
  const audited = (): SourceFile[] => locks.filter(({ path: name }) => !name.endsWith(".txt"));

  async function byAudit(): Promise<void> {
    for (const file of audited()) {
      const answer = await auditLock(context, file.path);
      if (!Array.isArray(answer)) {
        fail(answer.failureClass, answer.message);
        continue;
      }
      counts.examined += 1;
      for (const { name, severity, summary, fixed } of answer) {
        const at = Math.max(0, file.text.indexOf(`"node_modules/${name}"`));
        const command = fixed ? "npm audit fix" : `npm view ${name} versions`;
        findings.push(toFinding({ file, at, name, version: null, id: "audit", summary, severity, command }));
      }
    }
  }

  function judge(file: SourceFile, locked: Locked, database: OsvDatabase): void {
    const { name, version, at, ecosystem } = locked;
    for (const { id, summary, severity, fixed } of database.advisories(locked)) {
      const install = ecosystem === "npm" ? `npm install ${name}@${fixed}` : `pip install ${name}==${fixed}`;
      const command = fixed ? install : `npm ls ${name}`;
      findings.push(toFinding({ file, at, name, version, id, summary, severity, command }));
    }
  }

  function byDatabase(osv: string): void {
    const place = path.resolve(context.dependenciesRoot, osv);
    let database: OsvDatabase;
    try {
      database = new OsvDatabase(place);
    } catch (error) {
      fail(
        "unreachable",
        `the OSV database ${osv} cannot be read: ${error instanceof Error ? error.message : error}`,
      );
      return;
    }
    if (database.records === 0) {
      fail("garbage", `the OSV database ${osv} holds no record`);
      return;
    }
    check.tool = { tool: `osv (${database.records} records)`, version: baseName(osv) };
    for (const file of locks) {
      try {
        for (const locked of readLock(file)) judge(file, locked, database);
        counts.examined += 1;
      } catch {
        fail("garbage", `${file.path} is no lockfile that can be read`);
      }
    }
  }

  const check: AuditCheck = {
    id: "advisories",
    noters: [
      {
        id: "advisories",
        note: ({ path: name }) => (isLock(name) && !isTestPath(name) && !isExamplePath(name)) || null,
        take: (_note, file) => void locks.push(file),
      },
    ],
    async finish() {
      check.counts = counts;
      counts.planned = locks.length;
      if (source === null) {
        fail("no-source", "no source is named: set checks.dependencies.advisories in the config");
      } else if (source === "audit") {
        counts.planned = audited().length;
        await byAudit();
      } else byDatabase(source.osv);
      return findings;
    },
  };
  return check;
}
