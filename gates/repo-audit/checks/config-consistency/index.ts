/** Check `config-consistency`: facts that must agree across files. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../../../modsquad/contracts/words.ts";
import type { AuditCheck, AuditScope } from "../../audit.ts";
import {
  isCompose,
  isDockerfile,
  isDocPath,
  isEnvFile,
  isExamplePath,
  isGeneratedPath,
  isJavaScript,
  isPython,
  isReadme,
  isTestPath,
  isToolingPath,
  isYaml,
} from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import { loadParser } from "../../tree.ts";
import type { YamlReader } from "../../yaml.ts";
import { judgeCors } from "./cors/judge.ts";
import { readCors } from "./cors/read.ts";
import { emptyFacts, type Facts } from "./facts.ts";
import { type ChartCoverage, judgeCharts } from "./helm/judge.ts";
import { readChart } from "./helm/read.ts";
import { judgeImages } from "./images/judge.ts";
import { readImageTags } from "./images/read.ts";
import { judgeKubernetes } from "./kubernetes/judge.ts";
import { isKubernetes, readKubernetes } from "./kubernetes/read.ts";
import { judgeLocks } from "./locks/judge.ts";
import { readLocks } from "./locks/read.ts";
import { judgeNginx } from "./nginx/judge.ts";
import { isNginx, readNginx } from "./nginx/read.ts";
import { merge, mergePacked, pack } from "./pack.ts";
import { judgePython } from "./python/judge.ts";
import { readPythonProject } from "./python/read.ts";
import { readJavaScript, readPython } from "./read-code.ts";
import { readCompose } from "./read-compose.ts";
import { readDockerfile } from "./read-dockerfile.ts";
import { readDocs, readNames, readOpenapi } from "./read-docs.ts";
import { readEnvFile } from "./read-env.ts";
import { isFrontendConfig, readFrontend } from "./read-frontend.ts";
import { readServers } from "./read-servers.ts";
import { readManifest, readMentions, readReadme, readSpokenPorts } from "./read-text.ts";
import { judgeVariables } from "./rules-env.ts";
import { judgePorts } from "./rules-ports.ts";
import { judgeServices } from "./rules-services.ts";
import { judgeAddresses } from "./rules-urls.ts";
import { findLocalPorts } from "./urls.ts";
import { judgeVersions } from "./versions/judge.ts";
import { readImages, readVersions } from "./versions/read.ts";

const SOURCE =
  /\.(go|rs|java|kt|kts|scala|rb|php|cs|fs|ex|exs|erl|swift|c|cc|cpp|h|hpp|lua|pl|dart|clj|hs|prisma|graphql|sql)$/;
const MANIFEST =
  /(^|\/)(package\.json|requirements[^/]*\.txt|pyproject\.toml|Pipfile|Gemfile|composer\.json|pom\.xml|build\.gradle(\.kts)?|mkdocs\.ya?ml|go\.mod)$/;

/** Servers started for development, or in place of others. */
const SIDE_SERVER =
  /(^|\/)(scripts?|tools?|mocks?|dev|bench(marks?)?)\/|(dev-?server|mock)[\w.-]*\.\w+$|\.config\.\w+$/i;

function readCode(file: SourceFile, facts: Facts): void {
  const listens = facts.listens.length;
  const urls = facts.localUrls.length;
  if (isJavaScript(file.path)) readJavaScript(file, facts);
  else readPython(file, facts);
  // What tests and tools start or call says nothing about what is shipped.
  const aside = isTestPath(file.path) || isExamplePath(file.path);
  if (aside || SIDE_SERVER.test(file.path)) facts.listens.length = listens;
  if (aside || isToolingPath(file.path)) facts.localUrls.length = urls;
}

function readEnv(file: SourceFile, facts: Facts): void {
  const env = readEnvFile(file);
  facts.envFiles.push(env);
  if (isTestPath(file.path)) return;
  for (const { value, valuePlace } of env.entries) {
    for (const url of findLocalPorts(file, value, valuePlace.start))
      facts.localUrls.push({ ...url, kind: "env" });
  }
}

/** Everything one file states; a reason when it had to be given up on. */
function readFacts(file: SourceFile, facts: Facts, yaml: YamlReader): string | null {
  let reason: string | null = null;
  const { path } = file;
  readLocks(file, facts);
  if (isGeneratedPath(path) || file.isMinified) return null;
  const code = isJavaScript(path) || isPython(path);
  const env = isEnvFile(path);
  const doc = isDocPath(path);
  if (code) readCode(file, facts);
  else if (env) readEnv(file, facts);
  else if (isDockerfile(path)) {
    const docker = readDockerfile(file);
    facts.docker.set(path, docker);
    readImages(docker, facts);
  } else if (isCompose(path)) {
    const compose = readCompose(file, yaml);
    if (typeof compose === "string") reason = compose;
    else facts.compose.push(compose);
  } else if (isYaml(path) && isKubernetes(file)) readKubernetes(file, yaml, facts);
  if (isYaml(path) || path.endsWith(".tpl")) readChart(file, facts);
  if (isReadme(path)) readReadme(file, facts);
  if (doc) readDocs(file, facts);
  readNames(file, facts);
  readVersions(file, facts);
  readImageTags(file, facts);
  if (isFrontendConfig(path) || path.endsWith("package.json")) readFrontend(file, facts);
  if (isNginx(path)) readNginx(file, facts);
  if (/\.(json|ya?ml)$/.test(path)) readOpenapi(file, facts);
  if (/\.(go|properties|ya?ml)$/.test(path)) readServers(file, facts);
  if (!doc) readCors(file, facts);
  if (MANIFEST.test(path)) {
    readManifest(file, facts);
    readPythonProject(file, facts);
  }
  const kind = env
    ? "env"
    : code || SOURCE.test(path)
      ? "code"
      : doc
        ? "doc"
        : isCompose(path)
          ? "compose"
          : "config";
  readMentions(file, kind, facts);
  if (!doc && !env) readSpokenPorts(file, facts);
  return reason;
}

/** Facts that hold values somebody set, passwords among them: such a file is read again, and nothing of it is kept. */
function holdsValues({ compose, docker, envFiles, kubernetes, charts }: Facts): boolean {
  const lists = [compose, envFiles, kubernetes, charts];
  return docker.size > 0 || lists.some((list) => list.length > 0);
}

/** How many of what could not be compared the metrics name. */
const NAMES_KEPT = 20;

export function configConsistencyCheck(scope: AuditScope, yaml: YamlReader): AuditCheck {
  const facts = emptyFacts(scope.options.ignorePorts);
  const gaveUp = new Map<string, string>();
  /** Still empty: most files state nothing. */
  let spare = emptyFacts();
  const charts: ChartCoverage = { charts: 0, templates: 0, notCompared: gaveUp };
  const check: AuditCheck = {
    id: "config-consistency",
    gaveUp,
    async load(paths) {
      await yaml.load(paths);
      if (paths.some(isFrontendConfig)) await loadParser();
    },
    noters: [
      {
        id: "config-consistency",
        rereads: (note) => note === true,
        note(file) {
          const own = spare;
          const reason = readFacts(file, own, yaml);
          const note = reason !== null || holdsValues(own) ? true : pack(own);
          if (note !== null) spare = emptyFacts();
          return note;
        },
        take(note, file) {
          if (note !== true) {
            mergePacked(facts, note as JsonObject, file);
            return;
          }
          const own = emptyFacts();
          const reason = readFacts(file, own, yaml);
          if (reason !== null) gaveUp.set(file.path, reason);
          merge(facts, own);
        },
      },
    ],
    finish() {
      const ignored = new Set(scope.options.ignoreVariables);
      const known = gaveUp.size;
      const findings = unique([
        ...judgePorts(facts),
        ...judgeAddresses(facts),
        ...judgeServices(facts),
        ...judgeVariables(facts, ignored),
        ...judgeVersions(facts),
        ...judgeImages(facts),
        ...judgeLocks(facts),
        ...judgeCors(facts),
        ...judgeNginx(facts),
        ...judgePython(facts, scope.known),
        ...judgeCharts(facts, yaml, charts),
        ...judgeKubernetes(facts),
      ]);
      if (charts.charts > 0)
        check.metrics = {
          charts: {
            charts: charts.charts,
            templates: charts.templates,
            notCompared: gaveUp.size - known,
            examples: [...gaveUp]
              .slice(known, known + NAMES_KEPT)
              .map(([path, reason]) => `${path}: ${reason}`),
          },
        };
      return findings;
    },
  };
  return check;
}

/** What test data says is wrong on purpose; and two services built from one Dockerfile tell the same story about it. */
function unique(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    if (seen.has(finding.fingerprint) || isTestPath(finding.location?.path ?? "")) return false;
    seen.add(finding.fingerprint);
    return true;
  });
}
