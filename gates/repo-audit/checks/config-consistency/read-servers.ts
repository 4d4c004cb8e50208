/** Reads which port a Go or Java program listens on unless told otherwise. */
import type { SourceFile } from "../../source.ts";
import type { Facts } from "./facts.ts";

const GO = [
  /\b(?:ListenAndServe|ListenAndServeTLS|Run|Listen|Start)\(\s*":(\d{2,5})"/dg,
  /\bnet\.Listen\(\s*"tcp"\s*,\s*":(\d{2,5})"/dg,
  /\b[gG]et[eE]nv\w*\(\s*"(?:\w+_)?PORT"\s*,\s*":?(\d{2,5})"/dg,
  /\bflag\.(?:String|Int)\(\s*"(?:addr|listen|port)"\s*,\s*"?:?(\d{2,5})/dg,
];
const SPRING = [
  /^server\.port\s*[=:]\s*(?:\$\{[^:}]*:)?(\d{2,5})/dgm,
  /^server:\s*\n\s+port:\s*(?:\$\{[^:}]*:)?(\d{2,5})/dgm,
];

export const isSpringConfig = (path: string): boolean => /(^|\/)application\.(properties|ya?ml)$/.test(path);

/** Ports of servers in the languages that are not read by their syntax. */
export function readServers(file: SourceFile, facts: Facts): void {
  const patterns = file.path.endsWith(".go") ? GO : isSpringConfig(file.path) ? SPRING : [];
  for (const pattern of patterns) {
    for (const match of file.text.matchAll(pattern)) {
      const [start, end] = match.indices![1]!;
      facts.listens.push({ port: Number(match[1]), variable: null, place: { file, start, end } });
    }
  }
}
