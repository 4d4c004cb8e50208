/** Who we are to the service: credentials by security scheme, given in the config or got by signing in. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, at, keysOf } from "../json.ts";
import type { Operation } from "../types.ts";
import type { Client } from "./client.ts";
import type { Credentials } from "./wire.ts";

const NONE: Credentials = { headers: {}, query: [], cookies: [] };

export class Identity {
  readonly #schemes: JsonObject;
  readonly #always: Record<string, string>;
  readonly #values = new Map<string, string>();
  readonly #login: JsonObject;
  /** What signing in has set, as in a Cookie header. */
  #cookies: string[] = [];
  /** Names of headers that say who we are. */
  readonly #secret: ReadonlySet<string>;

  constructor(root: JsonObject, options: JsonObject) {
    this.#schemes = asObject(asObject(root.components).securitySchemes);
    this.#always = Object.fromEntries(
      Object.entries(asObject(options.headers)).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    for (const [scheme, value] of Object.entries(asObject(options.credentials)))
      this.#values.set(scheme, String(value));
    this.#login = asObject(options.login);
    const keys = Object.values(this.#schemes).flatMap((scheme) => {
      const { in: place, name } = asObject(scheme);
      return place === "header" && typeof name === "string" ? [name.toLowerCase()] : [];
    });
    this.#secret = new Set(["authorization", "proxy-authorization", "cookie", ...keys]);
  }

  /** Signs in, if the config says how. Answers why it failed, or null. */
  async signIn(client: Client, prefix: string): Promise<string | null> {
    if (typeof this.#login.path !== "string") return null;
    const body = JSON.stringify(this.#login.body ?? {});
    const headers = { ...this.#always, "content-type": "application/json", accept: "application/json" };
    const sent = await client.send({ method: "POST", path: `${prefix}${this.#login.path}`, headers, body });
    if (!sent.ok) return sent.message;
    const { status, text, headers: told } = sent.answer;
    if (status >= 400) return `signing in at ${this.#login.path} was answered ${status}`;
    this.#cookies = (told["set-cookie"] ?? []).map((line) => line.split(";")[0]!.trim());
    const pointer = String(this.#login.token ?? "/token");
    let token: Json | undefined;
    try {
      token = at(JSON.parse(text) as Json, keysOf(pointer));
    } catch {}
    if (typeof token !== "string")
      return this.#cookies.length > 0 && this.#login.token === undefined
        ? null
        : `the answer of ${this.#login.path} has no text at ${pointer} and sets no cookie`;
    const scheme =
      this.#login.scheme ??
      Object.keys(this.#schemes).find((name) => asObject(this.#schemes[name]).type !== "apiKey");
    if (typeof scheme === "string") this.#values.set(scheme, token);
    return null;
  }

  get canSignIn(): boolean {
    return typeof this.#login.path === "string";
  }

  get signInPath(): string {
    return String(this.#login.path ?? "");
  }

  /** The body that signs in, when this operation is where it goes. */
  signInBody({ method, path }: Operation): Json | undefined {
    const isHere = method === "post" && String(this.#login.path ?? "").endsWith(path);
    return isHere && path !== "/" ? this.#login.body : undefined;
  }

  /** What goes with every request to an open operation, or to a secured one without credentials. */
  anonymous(): Credentials {
    return { ...NONE, headers: { ...this.#always }, cookies: [...this.#cookies] };
  }

  /** What a stranger sends: the configured headers without those that are credentials. */
  stranger(): Credentials {
    const headers = Object.entries(this.#always).filter(([name]) => !this.#secret.has(name));
    return { ...NONE, headers: Object.fromEntries(headers) };
  }

  /** Whether we hold what one of the alternatives asks for. */
  holds(operation: Operation): boolean {
    if (this.#cookies.length > 0) return true;
    if (Object.keys(this.#always).some((name) => this.#secret.has(name))) return true;
    return operation.security.some((one) => Object.keys(one).every((scheme) => this.#values.has(scheme)));
  }

  for(operation: Operation): Credentials {
    const set = operation.security.find((one) =>
      Object.keys(one).every((scheme) => this.#values.has(scheme)),
    );
    return set ? this.#apply(Object.keys(set), (scheme) => this.#values.get(scheme)!) : this.anonymous();
  }

  /** Credentials nobody has given out. */
  forged(operation: Operation): Credentials {
    return this.#apply(
      Object.keys(operation.security[0] ?? {}),
      () => "forged-by-meta-orch",
      this.stranger(),
    );
  }

  #apply(
    schemes: readonly string[],
    value: (scheme: string) => string,
    { headers, cookies } = this.anonymous(),
  ): Credentials {
    const to: Credentials = { headers: { ...headers }, query: [], cookies: [...cookies] };
    for (const name of schemes) {
      const scheme = asObject(this.#schemes[name]);
      const given = value(name);
      const key = String(scheme.name ?? "");
      if (scheme.type === "apiKey") {
        if (scheme.in === "query") to.query.push([key, given]);
        else if (scheme.in === "cookie") to.cookies.push(`${key}=${given}`);
        else to.headers[key.toLowerCase()] = given;
      } else if (String(scheme.scheme ?? "").toLowerCase() === "basic") {
        to.headers.authorization = `Basic ${Buffer.from(given).toString("base64")}`;
      } else to.headers.authorization = `Bearer ${given}`;
    }
    return to;
  }
}
