/** Reads nginx configuration: which hosts it passes requests on to. */
import type { Place, SourceFile } from "../../../source.ts";
import type { Facts } from "../facts.ts";

export interface NginxFact {
  path: string;
  /** Names of its upstream blocks. */
  upstreams: string[];
  /** Hosts it passes requests to. */
  targets: { host: string; port: number | null; place: Place; portPlace: Place | null }[];
}

export const isNginx = (path: string): boolean =>
  /\.(conf|nginx)(\.(template|tmpl|tpl|j2|erb))?$|(^|\/)nginx[^/]*$/i.test(path) &&
  !/\.(md|ya?ml|json|sh|dockerfile)$/i.test(path);

const TARGET =
  /^[ \t]*(?:(?:proxy|grpc|uwsgi|fastcgi)_pass[ \t]+(?:(?:https?|grpcs?|uwsgi):\/\/)?|server[ \t]+)([A-Za-z][\w.-]*)(?::(\d{2,5}))?(?=[/; \t])/dgm;

export function readNginx(file: SourceFile, facts: Facts): void {
  const { text } = file;
  if (!/_pass|upstream/.test(text)) return;
  const fact: NginxFact = {
    path: file.path,
    upstreams: [...text.matchAll(/^[ \t]*upstream[ \t]+([\w.-]+)/gm)].map((match) => match[1]!),
    targets: [],
  };
  for (const match of text.matchAll(TARGET)) {
    const [start, end] = match.indices![1]!;
    const digits = match.indices![2];
    fact.targets.push({
      host: match[1]!,
      port: match[2] ? Number(match[2]) : null,
      place: { file, start, end: digits ? digits[1] : end },
      portPlace: digits ? { file, start: digits[0], end: digits[1] } : null,
    });
  }
  facts.nginx.push(fact);
}
