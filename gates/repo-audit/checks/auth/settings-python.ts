/** Unsafe settings in Python. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import { type PyNode, span } from "../../python.ts";
import type { SourceFile } from "../../source.ts";
import { isLocalAddress, SECRET_PARAMETER, settingFinding, tlsSeverity } from "./settings.ts";

export const WORTH_PARSING_PY = new RegExp(
  `verify\\s*=\\s*False|verify_ssl|ssl\\s*=\\s*False|CERT_NONE|check_hostname|_create_unverified_context|CORS|allow_origins|debug\\s*=\\s*True|DEBUG\\s*=|[?&]${SECRET_PARAMETER}=|args\\.get\\(\\s*["']${SECRET_PARAMETER}`,
  "i",
);

const TLS_KEYWORD = /^(?:verify|verify_ssl|ssl_verify|verify_certs|ssl)$/;
/** Calls whose keyword `verify` or `ssl` is about certificates. */
const CLIENT_CALL =
  /(?:^|\.)(?:requests|httpx|aiohttp|session|client|http|sess|s|self\.\w*(?:session|client))\.(?:get|post|put|patch|delete|head|options|request|stream|ws_connect)$|(?:AsyncClient|Client|Session|TCPConnector|Elasticsearch|OpenSearch)$/i;

/** Settings of development, tests and single machines. */
const DEVELOPMENT =
  /(^|[/_.-])(dev|develop|development|local|test|tests|testing|debug|ci|sandbox|example)([/_.-]|$)/i;

const QUERY_IN_STRING = new RegExp(`[?&]${SECRET_PARAMETER}=\\{`, "i");
const QUERY_AT_END = new RegExp(`[?&]${SECRET_PARAMETER}=["']$`, "i");
const ARGS_GET = new RegExp(
  `^request\\.(?:args|query_params|GET)\\.get\\(\\s*["']${SECRET_PARAMETER}["'][^()]*\\)$`,
  "i",
);

class SettingReader {
  readonly file: SourceFile;
  readonly root: PyNode;
  readonly found: Finding[] = [];

  constructor(file: SourceFile, root: PyNode) {
    this.file = file;
    this.root = root;
  }

  #place(node: PyNode) {
    return { file: this.file, ...span(node) };
  }

  #all(kind: string): PyNode[] {
    return this.root.findAll({ rule: { kind } });
  }

  read(): Finding[] {
    for (const node of this.#all("keyword_argument")) this.#keyword(node);
    for (const node of this.#all("assignment")) this.#assignment(node);
    for (const node of this.#all("call")) this.#call(node);
    for (const node of this.#all("string")) this.#string(node);
    for (const node of this.#all("binary_operator")) {
      const before = node.field("left")?.text() ?? "";
      if (QUERY_AT_END.test(before) && !/^["']/.test(node.field("right")?.text() ?? "'")) {
        this.found.push(
          settingFinding({ rule: "secret-in-url", place: this.#place(node), what: node.text() }),
        );
      }
    }
    return this.found;
  }

  #tls(node: PyNode, value: PyNode | null, text: string): void {
    const place = this.#place(node);
    const replace = value ? { text, ...span(value) } : undefined;
    this.found.push(
      settingFinding({
        rule: "tls-verification-off",
        place,
        what: node.text(),
        severity: tlsSeverity(this.file),
        ...(replace ? { replace } : {}),
      }),
    );
  }

  #keyword(node: PyNode): void {
    const name = node.field("name")?.text() ?? "";
    const value = node.field("value");
    const call = node.parent()?.parent();
    const callee = call?.field("function")?.text() ?? "";
    if (TLS_KEYWORD.test(name) && value?.text() === "False" && CLIENT_CALL.test(callee)) {
      const target = call?.field("arguments")?.text() ?? "";
      if (!isLocalAddress(target)) this.#tls(node, value, "True");
    }
    if (
      name === "debug" &&
      value?.text() === "True" &&
      /(?:^|\.)(?:run|run_server)$/.test(callee) &&
      /\bFlask\b|\bDash\b/.test(this.file.text)
    ) {
      if (DEVELOPMENT.test(this.file.path)) return;
      const what = `${callee}(debug=True)`;
      this.found.push(
        settingFinding({
          rule: "debug-in-production",
          place: this.#place(node),
          what,
          replace: { text: "False", ...span(value) },
        }),
      );
    }
  }

  #assignment(node: PyNode): void {
    const left = node.field("left")?.text() ?? "";
    const right = node.field("right");
    if (!right) return;
    if (/(?:^|\.)verify_mode$/.test(left) && /(?:^|\.)CERT_NONE$/.test(right.text()))
      this.#tls(node, right, "ssl.CERT_REQUIRED");
    if (/\b\w*(?:session|sess|client|s)\.verify$/i.test(left) && right.text() === "False")
      this.#tls(node, right, "True");
    if (left === "ssl._create_default_https_context" && /_create_unverified_context$/.test(right.text()))
      this.#tls(node, right, "ssl.create_default_context");
    this.#django(node, left, right);
  }

  #django(node: PyNode, left: string, right: PyNode): void {
    const settings = /(^|\/)settings(\/[\w-]+)?\.py$|(^|\/)\w*settings\w*\.py$/.test(this.file.path);
    if (!settings || right.text() !== "True" || DEVELOPMENT.test(this.file.path)) return;
    if (left === "DEBUG" && node.parent()?.parent()?.kind() === "module" && !this.#setAgain("DEBUG", node)) {
      this.found.push(
        settingFinding({
          rule: "debug-in-production",
          place: this.#place(node),
          what: "DEBUG = True",
          replace: { text: "False", ...span(right) },
        }),
      );
    }
    if (left === "CORS_ALLOW_ALL_ORIGINS" || left === "CORS_ORIGIN_ALLOW_ALL") {
      const rule = /CORS_ALLOW_CREDENTIALS\s*=\s*True/.test(this.file.text)
        ? "cors-any-origin-with-credentials"
        : "cors-any-origin";
      this.found.push(settingFinding({ rule, place: this.#place(node), what: node.text() }));
    }
  }

  /** A default that the environment, or another module imported below, replaces. */
  #setAgain(name: string, first: PyNode): boolean {
    const rest = this.file.text.slice(span(first).end);
    return new RegExp(`^\\s*${name}\\s*=|from\\s+\\.\\w*(?:local|prod)\\w*\\s+import\\s+\\*`, "m").test(rest);
  }

  #call(node: PyNode): void {
    const callee = node.field("function")?.text() ?? "";
    const args = node.field("arguments")?.text() ?? "";
    if (callee === "ssl._create_unverified_context")
      this.#tls(node, node.field("function"), "ssl.create_default_context");
    if (ARGS_GET.test(node.text())) {
      this.found.push(
        settingFinding({
          rule: "secret-in-url",
          place: this.#place(node),
          what: `${node.text()} is read from the address`,
        }),
      );
    }
    const any =
      /(?:allow_origins|origins)\s*=\s*(?:\[\s*)?["']\*["']|allow_origin_regex\s*=\s*r?["']\.\*["']/.test(
        args,
      );
    const starlette = callee.endsWith("add_middleware") && args.includes("CORSMiddleware");
    const flask = callee === "CORS" || callee === "cross_origin";
    if (!(starlette && any) && !(flask && (any || !/origins\s*=|resources\s*=/.test(args)))) return;
    const credentials = /(?:allow_credentials|supports_credentials)\s*=\s*True/.test(args);
    const rule = credentials ? "cors-any-origin-with-credentials" : "cors-any-origin";
    this.found.push(settingFinding({ rule, place: this.#place(node), what: node.text() }));
  }

  #string(node: PyNode): void {
    const text = node.text();
    if (/^[rR]?[fF]/.test(text) && QUERY_IN_STRING.test(text)) {
      this.found.push(settingFinding({ rule: "secret-in-url", place: this.#place(node), what: text }));
    }
  }
}

export function readPythonSettings(file: SourceFile, root: PyNode): Finding[] {
  return new SettingReader(file, root).read();
}
