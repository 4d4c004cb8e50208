/** Unsafe settings in JavaScript and TypeScript. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import type { SourceFile } from "../../source.ts";
import {
  isFunction,
  isNode,
  keyName,
  lastName,
  type Node,
  propertyOf,
  stringValue,
  walk,
} from "../../tree.ts";
import { ASKED_FOR, SECRET_PARAMETER, settingFinding, tlsSeverity } from "./settings.ts";

const isFalse = (node: unknown): boolean => isNode(node) && node.type === "Literal" && node.value === false;
const isTrue = (node: unknown): boolean => isNode(node) && node.type === "Literal" && node.value === true;

const QUERY_SECRET = new RegExp(`[?&]${SECRET_PARAMETER}=$`, "i");
const QUERY_NAME = new RegExp(`^${SECRET_PARAMETER}$`, "i");

const ALLOW_ORIGIN = "access-control-allow-origin";
const ALLOW_CREDENTIALS = /Access-Control-Allow-Credentials["']?\s*[,:]\s*["']?true/i;
/** The origin of the request as it came, perhaps with "*" for want of one. */
const ORIGIN_OF_REQUEST =
  /^(?:\w+\.)+(?:headers?\.origin|headers\[["']origin["']\]|(?:get|header)\(["']origin["']\))(?:\s*(?:\|\||\?\?)\s*["']\*["'])?$/i;

class SettingReader {
  readonly file: SourceFile;
  readonly found: Finding[] = [];

  constructor(file: SourceFile) {
    this.file = file;
  }

  #text(node: Node): string {
    return this.file.text.slice(node.start, node.end);
  }

  #place(node: Node) {
    return { file: this.file, start: node.start, end: node.end };
  }

  see(node: Node, above: readonly Node[]): void {
    if (node.type === "Property") this.#property(node, above);
    else if (node.type === "AssignmentExpression") this.#assignment(node, above);
    else if (node.type === "CallExpression") this.#call(node, above);
    else if (node.type === "TemplateLiteral") this.#template(node);
    else if (node.type === "BinaryExpression" && node.operator === "+") this.#sum(node);
    else if (node.type === "MemberExpression") this.#query(node);
  }

  /** True when a condition around it speaks of development: then it is no setting of production. */
  #onlyInDevelopment(above: readonly Node[], node: Node): boolean {
    return above.some((each, depth) => {
      const test = each.type === "LogicalExpression" ? each.left : each.test;
      if (!isNode(test)) return false;
      const asked = this.#text(test);
      if (/NODE_ENV|\bdev(?:elopment|Mode)?\b|isDev|local|\btest/i.test(asked)) return true;
      const elsewhere = asked.startsWith("!") ? each.consequent : each.alternate;
      return /prod(?:uction)?\b/i.test(asked) && elsewhere === (above[depth + 1] ?? node);
    });
  }

  #askedFor(above: readonly Node[]): boolean {
    return above.some(({ test }) => isNode(test) && ASKED_FOR.test(this.#text(test)));
  }

  #tls(node: Node, value: Node, above: readonly Node[], text: string): void {
    const asked = this.#onlyInDevelopment(above, node) || this.#askedFor(above);
    const severity = asked ? "low" : tlsSeverity(this.file);
    const replace = { text, start: value.start, end: value.end };
    this.found.push(
      settingFinding({
        rule: "tls-verification-off",
        place: this.#place(node),
        what: this.#text(node),
        severity,
        replace,
      }),
    );
  }

  #property(node: Node, above: readonly Node[]): void {
    const name = keyName(node);
    const { value } = node;
    const holder = above.at(-1);
    if (name.toLowerCase() === ALLOW_ORIGIN && isNode(value) && holder)
      this.#allowOrigin(node, value, this.#text(holder));
    if (/^(?:rejectUnauthorized|strictSSL|strictSsl)$/.test(name) && isFalse(value))
      this.#tls(node, value as Node, above, "true");
    if (name === "NODE_TLS_REJECT_UNAUTHORIZED" && isNode(value) && String(value.value) === "0")
      this.#tls(node, value, above, '"1"');
  }

  #assignment(node: Node, above: readonly Node[]): void {
    const name = lastName(node.left);
    const { right } = node;
    if (!isNode(right)) return;
    if (name === "NODE_TLS_REJECT_UNAUTHORIZED" && String(right.value) === "0")
      this.#tls(node, right, above, '"1"');
    if (name === "rejectUnauthorized" && isFalse(right)) this.#tls(node, right, above, "true");
  }

  #call(node: Node, above: readonly Node[]): void {
    const name = lastName(node.callee);
    const args = (node.arguments as unknown[]).filter(isNode);
    if (name === "cors" || name === "enableCors" || name === "fastifyCors") this.#cors(node, args[0], above);
    const plugin = args[0] && /cors/i.test(this.#text(args[0]));
    if (name === "register" && plugin && args[1]) this.#cors(node, args[1], above);
    if (/^(?:setHeader|header|set|append|writeHead)$/.test(name)) this.#header(node, args, above);
  }

  /** express cors(), Koa, Hono, Fastify's plugin and Nest's enableCors share their options. */
  #cors(node: Node, options: Node | undefined, above: readonly Node[]): void {
    if (options && options.type !== "ObjectExpression") return;
    const spread = options && (options.properties as Node[]).some((each) => each.type === "SpreadElement");
    const origin = propertyOf(options, "origin");
    const credentials = isTrue(propertyOf(options, "credentials"));
    const reflects = isTrue(origin) || this.#allowsAll(origin);
    const any = stringValue(origin) === "*" || (!origin && !spread);
    if (!reflects && !any) return;
    const what = this.#text(node);
    if (credentials && reflects) {
      const severity = this.#onlyInDevelopment(above, node) ? "low" : undefined;
      this.found.push(
        settingFinding({
          rule: "cors-any-origin-with-credentials",
          place: this.#place(node),
          what,
          severity,
        }),
      );
    } else if (!credentials) {
      this.found.push(settingFinding({ rule: "cors-any-origin", place: this.#place(node), what }));
    }
    // "*" with credentials: browsers refuse it, so it opens nothing.
  }

  /** `origin: (origin, callback) => callback(null, true)`, and nothing else. */
  #allowsAll(origin: Node | null): boolean {
    if (!origin || !isFunction(origin)) return false;
    const [, done] = origin.params as Node[];
    const text = this.#text(origin.body as Node).replace(/[\s;{}]|return\b/g, "");
    return done ? text === `${lastName(done)}(null,true)` : false;
  }

  /** `setHeader(name, value)`; credentials are looked for in the function around. */
  #header(node: Node, args: Node[], above: readonly Node[]): void {
    if (stringValue(args[0])?.toLowerCase() !== ALLOW_ORIGIN || !args[1]) return;
    const holder = [...above].reverse().find(isFunction);
    this.#allowOrigin(node, args[1], holder ? this.#text(holder) : this.file.text);
  }

  #allowOrigin(node: Node, value: Node, around: string): void {
    const credentials = ALLOW_CREDENTIALS.test(around);
    const checked = /includes\(|\.has\(|===|allowed|whitelist|\btest\(/i.test(around);
    const what = this.#text(node);
    const place = this.#place(node);
    if (ORIGIN_OF_REQUEST.test(this.#text(value)) && credentials && !checked) {
      this.found.push(settingFinding({ rule: "cors-any-origin-with-credentials", place, what }));
    } else if (stringValue(value) === "*" && !credentials) {
      this.found.push(settingFinding({ rule: "cors-any-origin", place, what }));
    }
  }

  #secretInUrl(node: Node, value: Node): void {
    // encodeURIComponent(x) and the like: what matters is that a value goes in.
    this.found.push(
      settingFinding({
        rule: "secret-in-url",
        place: this.#place(node),
        what: `${this.#text(value)} goes into ${this.#text(node)}`,
      }),
    );
  }

  #template(node: Node): void {
    for (const [index, quasi] of (node.quasis as Node[]).entries()) {
      const value = (node.expressions as Node[])[index];
      const text = (quasi.value as { cooked?: string }).cooked ?? "";
      // otpauth: is no address that is asked; it carries the secret by its definition.
      const asked = !this.#text(node).startsWith("`otpauth:");
      if (value && asked && QUERY_SECRET.test(text)) this.#secretInUrl(node, value);
    }
  }

  #sum(node: Node): void {
    const { left, right } = node;
    if (!isNode(left) || !isNode(right)) return;
    const before = left.type === "BinaryExpression" ? left.right : left;
    const text = stringValue(before);
    if (text && QUERY_SECRET.test(text) && right.type !== "Literal") this.#secretInUrl(node, right);
  }

  /** `req.query.password`: whoever calls must put it into the address. */
  #query(node: Node): void {
    const { object } = node;
    if (
      lastName(object) !== "query" ||
      !isNode(object) ||
      !/^(?:req|request|ctx|ctx\.request)$/.test(this.#text((object.object as Node) ?? object))
    )
      return;
    if (!QUERY_NAME.test(lastName(node))) return;
    this.found.push(
      settingFinding({
        rule: "secret-in-url",
        place: this.#place(node),
        what: `${this.#text(node)} is read from the address`,
      }),
    );
  }
}

export const WORTH_PARSING_JS = new RegExp(
  `rejectUnauthorized|NODE_TLS_REJECT|strictSSL|cors\\b|access-control-allow-origin|[?&]${SECRET_PARAMETER}=|query(?:\\.|\\[["'])${SECRET_PARAMETER}`,
  "i",
);

export function readJsSettings(file: SourceFile, program: Node): Finding[] {
  const reader = new SettingReader(file);
  walk(program, (node, above) => reader.see(node, above));
  return reader.found;
}
