/** Reads which release line of a data store is started where: compose, Kubernetes, Helm values, CI services. */
import { isCompose, isYaml } from "../../../paths.ts";
import type { Place, SourceFile } from "../../../source.ts";
import type { Facts } from "../facts.ts";
import { isCiFile } from "../versions/read.ts";

export interface ImageFact {
  /** The store, whoever packs it: postgres is postgis and pgvector too. */
  store: string;
  /** First number of the tag. */
  major: number;
  where: "ci" | "run";
  /** The number in the tag. */
  place: Place;
}

/** Stores whose clients and files differ from one release line to the next. */
const STORES: [RegExp, string][] = [
  [/^(?:postgres|postgresql|postgis|pgvector)$/, "postgres"],
  [/^(?:mysql|mariadb|mongo|redis|valkey|rabbitmq|elasticsearch|opensearch|cassandra)$/, ""],
];

const IMAGE = /\bimage:[ \t]*["']?(?:[\w.-]+(?::\d+)?\/)*([a-z]+):(?:pg|v)?(\d{1,2})(?=[.\-"'\s\w]|$)/g;
/** As the values of a Helm chart have it. */
const REPOSITORY =
  /\brepository:[ \t]*["']?(?:[\w.-]+\/)*([a-z]+)["']?[ \t]*\r?\n[ \t]*tag:[ \t]*["']?(?:pg|v)?(\d{1,2})(?=[.\-"'\s])/g;

const VALUES = /(^|\/)values[\w.-]*\.ya?ml$/;

function storeOf(image: string): string | null {
  const found = STORES.find(([names]) => names.test(image));
  return found ? found[1] || image : null;
}

export function readImageTags(file: SourceFile, facts: Facts): void {
  if (!isYaml(file.path) || !(file.text.includes("image:") || file.text.includes("repository:"))) return;
  const where = isCiFile(file.path) ? "ci" : "run";
  // Templates and playbooks show images as well; only these are known to start them.
  if (where === "run" && !isCompose(file.path) && !VALUES.test(file.path) && !/^kind:/m.test(file.text))
    return;
  for (const match of [...file.text.matchAll(IMAGE), ...file.text.matchAll(REPOSITORY)]) {
    const store = storeOf(match[1]!);
    if (!store) continue;
    const end = match.index + match[0].length;
    const place = { file, start: end - match[2]!.length, end };
    facts.images.push({ store, major: Number(match[2]), where, place });
  }
}
