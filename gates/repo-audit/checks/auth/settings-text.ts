/** Unsafe settings in scripts, CI, images, environment files and Go: by line, comments left out. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import { isCompose, isDockerfile, isEnvExample, isEnvFile, isYaml } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import { maskJavaScript } from "../config-consistency/mask.ts";
import { ASKED_FOR, isLocalAddress, settingFinding, tlsSeverity } from "./settings.ts";

export const WORTH_READING_TEXT =
  /\bcurl\b|\bwget\b|NODE_TLS_REJECT|sslverify|SSL_NO_VERIFY|strict-ssl|trusted-host|InsecureSkipVerify|DEBUG|_ENV\b|nodemon|--reload|PYTHONHTTPSVERIFY/i;

const isShell = (file: SourceFile): boolean =>
  /\.(?:sh|bash|zsh)$|(^|\/)(?:Makefile|Jenkinsfile|justfile|Procfile)$|\.mk$/.test(file.path) ||
  /^#!.*\b(?:ba|z|da)?sh\b/.test(file.text.slice(0, 80));

export const isSettingText = (file: SourceFile): boolean =>
  isShell(file) ||
  isDockerfile(file.path) ||
  isYaml(file.path) ||
  isEnvFile(file.path) ||
  /(^|\/)package\.json$|(^|\/)\.npmrc$|\.go$/.test(file.path);

interface Line {
  text: string;
  start: number;
}

/** Lines without comments; a continued line is one, its offsets kept. */
function* lines(text: string): Generator<Line> {
  let start = 0;
  let open: Line | null = null;
  for (const raw of text.split("\n")) {
    const bare = /^\s*(?:#|\/\/)/.test(raw) ? " ".repeat(raw.length) : raw;
    const comment = /\s#\s.*$/.exec(bare);
    const kept = comment ? bare.slice(0, comment.index).padEnd(raw.length) : bare;
    const line: Line = open ? { text: `${open.text} ${kept}`, start: open.start } : { text: kept, start };
    start += raw.length + 1;
    if (/\\\s*$/.test(kept)) open = { text: line.text.replace(/\\(\s*)$/, " $1"), start: line.start };
    else {
      open = null;
      yield line;
    }
  }
  if (open) yield open;
}

/** A command up to the next one, wherever on the line it stands. */
const CURL = /(?:^|[\s;&|(`"'$@-])curl\s+((?:[^|;&\n"']|"[^"\n]*"|'[^'\n]*')*)/g;
const CURL_FLAG = /(^|\s)(--insecure\s?|-([a-zA-Z]*)k([a-zA-Z]*)(?=\s|$))/;
const ADDRESS = /https?:\/\/|\$/;

interface Switch {
  pattern: RegExp;
  /** What to write instead of the whole match; absent when that is for a person to decide. */
  text?: string;
}

const SWITCHES: Switch[] = [
  { pattern: /\bNODE_TLS_REJECT_UNAUTHORIZED(?:\s*[=:]\s*|\s+)["']?0["']?/g },
  { pattern: /\bPYTHONHTTPSVERIFY\s*[=:]\s*["']?0["']?/g },
  { pattern: /\bGIT_SSL_NO_VERIFY\s*[=:]\s*["']?(?:1|true)["']?/gi },
  { pattern: /\bhttp\.sslverify(?:\s*=\s*|\s+)["']?false["']?/gi },
  { pattern: /\bstrict-ssl(?:\s*=\s*|\s+)false/g },
  { pattern: /\s--no-check-certificate\b/g, text: "" },
];

/** The short flags without k, or nothing when k was the only one. */
function withoutK(match: RegExpExecArray): string {
  const others = `${match[3] ?? ""}${match[4] ?? ""}`;
  return others ? `${match[1]}-${others}` : match[1]!;
}

function curlFindings(file: SourceFile, { text, start }: Line): Finding[] {
  const found: Finding[] = [];
  for (const command of text.matchAll(CURL)) {
    const flag = CURL_FLAG.exec(command[1]!);
    if (!flag || !ADDRESS.test(command[1]!) || isLocalAddress(command[1]!)) continue;
    const at = start + command.index + command[0].length - command[1]!.length + flag.index;
    const place = { file, start: at, end: at + flag[0].length };
    const replace = { text: withoutK(flag) };
    const what = `curl ${command[1]!.trim()}`;
    found.push(settingFinding({ rule: "tls-verification-off", place, what, severity: "medium", replace }));
  }
  return found;
}

function switchFindings(file: SourceFile, { text, start }: Line): Finding[] {
  const found: Finding[] = [];
  for (const { pattern, text: fresh } of SWITCHES) {
    for (const match of text.matchAll(pattern)) {
      if (isLocalAddress(text)) continue;
      const place = { file, start: start + match.index, end: start + match.index + match[0].length };
      const severity = isEnvFile(file.path) || isCompose(file.path) ? "high" : "medium";
      const replace = fresh === undefined ? {} : { replace: { text: fresh } };
      found.push(
        settingFinding({ rule: "tls-verification-off", place, what: match[0].trim(), severity, ...replace }),
      );
    }
  }
  return found;
}

const PRODUCTION = /(^|[/_.-])(prod|production|live)([/_.-]|$)/i;
const DEVELOPMENT = /(^|[/_.-])(dev|devel|develop|development|local|test|testing|debug|ci)([/_.-]|$)/i;
const DEBUG_SWITCH =
  /^(\s*(?:-\s*|ENV\s+|export\s+)?["']?(?:(?:DJANGO_|FLASK_|APP_)?DEBUG)["']?\s*[=:]\s*["']?)(true|1|on|yes)(["']?\s*)$/i;
const ENV_SWITCH =
  /^(\s*(?:-\s*|ENV\s+|export\s+)?["']?(?:NODE_ENV|FLASK_ENV|APP_ENV|RAILS_ENV|ASPNETCORE_ENVIRONMENT)["']?\s*[=:]\s*["']?)(development|dev|debug)(["']?\s*)$/i;

/** Files whose name says that they are for production. */
function debugFindings(file: SourceFile, { text, start }: Line): Finding[] {
  const debug = DEBUG_SWITCH.exec(text);
  const env = ENV_SWITCH.exec(text);
  const match = debug ?? env;
  if (!match) return [];
  const at = start + match[1]!.length;
  const word = match[2]!;
  const off: Record<string, string> = { true: "false", "1": "0", on: "off", yes: "no" };
  const fresh = debug ? (off[word.toLowerCase()] ?? "false") : "production";
  const place = { file, start: at, end: at + word.length };
  return [
    settingFinding({ rule: "debug-in-production", place, what: text.trim(), replace: { text: fresh } }),
  ];
}

/** What an image starts with: the last CMD or ENTRYPOINT. */
const DEV_SERVER =
  /\bnodemon\b|--reload\b|\b(?:next|vite|nuxt|astro)["',\s]+dev\b|\b(?:npm|yarn|pnpm)["',\s]+(?:run["',\s]+)?dev\b|flask["',\s].*--debug\b|\brunserver\b/;

function imageFindings(file: SourceFile): Finding[] {
  if (DEVELOPMENT.test(file.path)) return [];
  const starts = [...lines(file.text)].filter(({ text }) => /^\s*(?:FROM|CMD|ENTRYPOINT)\s/i.test(text));
  const last = starts.at(-1);
  const command = last && /^\s*(CMD|ENTRYPOINT)\s+(.*)$/is.exec(last.text);
  if (!last || !command || !DEV_SERVER.test(command[2]!)) return [];
  const place = { file, start: last.start, end: last.start + last.text.trimEnd().length };
  const advice = "Start the built program; keep the development server for a target of its own.";
  return [settingFinding({ rule: "debug-in-production", place, what: last.text.trim(), advice })];
}

function isAskedFor(code: string, offset: number): boolean {
  let depth = 0;
  for (let at = offset; at > 0; at -= 1) {
    if (code[at] === "}") depth += 1;
    if (code[at] !== "{") continue;
    depth -= 1;
    if (depth >= 0) continue;
    depth = 0;
    const line = code.slice(code.lastIndexOf("\n", at) + 1, at);
    if (/^\s*(?:if|\} else if|case)\b/.test(line) && ASKED_FOR.test(line)) return true;
    if (/^func\b/.test(line)) return false;
  }
  return false;
}

function goFindings(file: SourceFile): Finding[] {
  const { code } = maskJavaScript(file.text);
  return [...code.matchAll(/\bInsecureSkipVerify\s*[:=]\s*(true)\b/g)].map((match) => {
    const end = match.index + match[0].length;
    const place = { file, start: match.index, end };
    const replace = { text: "false", start: end - 4, end };
    return settingFinding({
      rule: "tls-verification-off",
      place,
      what: match[0],
      severity: isAskedFor(code, match.index) ? "low" : tlsSeverity(file),
      replace,
    });
  });
}

export function readTextSettings(file: SourceFile): Finding[] {
  if (file.path.endsWith(".go")) return goFindings(file);
  const found: Finding[] = [];
  const production = PRODUCTION.test(file.path) && !isEnvExample(file.path) && !DEVELOPMENT.test(file.path);
  const isImage = isDockerfile(file.path);
  for (const line of lines(file.text)) {
    found.push(...curlFindings(file, line), ...switchFindings(file, line));
    if (production || (isImage && !DEVELOPMENT.test(file.path) && /^\s*ENV\s/.test(line.text)))
      found.push(...debugFindings(file, line));
  }
  return isImage ? [...found, ...imageFindings(file)] : found;
}
