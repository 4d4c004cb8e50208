import { iso, json, later, PLANTED_MS } from "./common.mjs";

const MINUTE = 60_000;
const httpDate = (time) => new Date(time).toUTCString();

// Thresholds are far above what a busy machine needs and far below what is planted.
const FRESH = { at: "$.asOf", maxAge: "30s" };
const FALLBACK = { fault: { headers: { "x-fault": "primary" } }, within: "1s", marker: "$.stale" };
const LIMIT_MS = 1000;

/** A quote as an answer: data of `ageMs` ago. */
const quote = (ageMs = 0, more = {}) => ({ price: 5, stale: false, asOf: iso(Date.now() - ageMs), ...more });

/** Answers under a fault of the primary; `broken` gets the answer when it is asked for one. */
const fallbackRoute = (broken) => (request, response, isBroken) => {
  const failing = request.headers["x-fault"] === "primary";
  if (!failing) return json(response, quote());
  return isBroken ? broken(response) : json(response, quote(2000, { stale: true }), { age: "2" });
};

const FROZEN = iso(Date.now());

/** Faults of plain requests: `route(request, response, isBroken)`. */
export const REQUESTS = {
  "frozen timestamp": {
    rule: "frozen",
    flow: { fresh: { ...FRESH, increasing: "20ms" } },
    route: (_, response, broken) => json(response, broken ? { asOf: FROZEN } : quote()),
  },
  "timestamps going back": {
    rule: "went-backwards",
    flow: { fresh: { ...FRESH, increasing: "20ms" } },
    route(_request, response, broken) {
      this.turn = (this.turn ?? 0) + 1;
      json(response, quote(broken ? this.turn * 3000 : 0));
    },
  },
  "clock skew": {
    rule: "clock-skew",
    flow: { fresh: FRESH },
    route: (_, response, broken) => {
      const skew = broken ? -10 * MINUTE : 0;
      json(response, { asOf: iso(Date.now() + skew) }, { date: httpDate(Date.now() + skew) });
    },
  },
  "stale marked fresh": {
    rule: "stale-marked-fresh",
    flow: { fresh: { ...FRESH, marker: "$.stale" } },
    route: (_, response, broken) => json(response, quote(broken ? 3 * MINUTE : 0)),
  },
  "old data": {
    rule: "stale",
    flow: { fresh: FRESH },
    route: (_, response, broken) => json(response, quote(broken ? 3 * MINUTE : 1000)),
  },
  "timestamp in the future": {
    rule: "future-timestamp",
    flow: { fresh: FRESH },
    route: (_, response, broken) => json(response, quote(broken ? -60 * MINUTE : 0)),
  },
  "no timestamp": {
    rule: "no-timestamp",
    flow: { fresh: FRESH },
    route: (_, response, broken) => json(response, broken ? { asOf: "just now" } : quote()),
  },
  "dishonest Age": {
    rule: "dishonest-age",
    flow: { fresh: { ...FRESH, maxAge: "5m" } },
    route: (_, response, broken) =>
      json(response, quote(broken ? 0 : 10_000), { age: broken ? "120" : "10" }),
  },
  "dishonest Last-Modified": {
    rule: "dishonest-last-modified",
    flow: { fresh: FRESH },
    route: (_, response, broken) =>
      json(response, quote(), { "last-modified": httpDate(Date.now() - (broken ? 60 * MINUTE : 0)) }),
  },
  "cache beyond max-age": {
    rule: "stale-served",
    flow: { fresh: { ...FRESH, maxAge: "5m" } },
    route: (_, response, broken) => {
      const age = broken ? 90 : 20;
      json(response, quote(age * 1000), { age: String(age), "cache-control": "public, max-age=30" });
    },
  },
  "slow fallback": {
    rule: "fallback-slow",
    flow: { fresh: FRESH, fallback: FALLBACK },
    route: fallbackRoute((response) => later(PLANTED_MS, () => json(response, quote(2000, { stale: true })))),
  },
  "no fallback": {
    rule: "fallback-missing",
    flow: { fresh: FRESH, fallback: FALLBACK },
    route: fallbackRoute((response) => json(response, { error: "no quote" }, { status: 503 })),
  },
  "fallback marked fresh": {
    rule: "stale-marked-fresh",
    flow: { fresh: FRESH, fallback: FALLBACK },
    route: fallbackRoute((response) => json(response, quote(2000))),
  },
  "fallback too old": {
    rule: "fallback-too-old",
    flow: { fresh: FRESH, fallback: { ...FALLBACK, maxAge: "10m" } },
    route: fallbackRoute((response) => json(response, quote(60 * MINUTE, { stale: true }))),
  },
  "slow first byte": {
    rule: "latency",
    flow: { expect: { latency: `< ${LIMIT_MS}ms` } },
    route: (_, response, broken) => later(broken ? PLANTED_MS : 0, () => json(response, {})),
  },
  "slow body": {
    rule: "latency",
    flow: { expect: { latency: `< ${LIMIT_MS}ms` } },
    route: (_, response, broken) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("first half, ");
      later(broken ? PLANTED_MS : 0, () => response.end("second half"));
    },
  },
  "no answer": {
    rule: "timeout",
    flow: { timeout: "1s" },
    route: (_, response, broken) => broken || json(response, {}),
  },
  "wrong charset": {
    rule: "charset",
    flow: { expect: { text: "ber" } },
    route: (_, response, broken) => {
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
      response.end(Buffer.from("über", broken ? "latin1" : "utf8"));
    },
  },
  "redirect loop": {
    rule: "redirect-loop",
    flow: {},
    route: (request, response, broken) => {
      if (!broken && request.url.endsWith("?b")) return json(response, {});
      const [path, here] = request.url.split("?");
      return response.writeHead(302, { location: `${path}?${here === "b" ? "a" : "b"}` }).end();
    },
  },
  "redirect to another host": {
    rule: "redirect-host",
    flow: {},
    route: (request, response, broken) => {
      if (!broken && request.url.endsWith("?b")) return json(response, {});
      const location = broken ? "http://169.254.169.254/latest/meta-data/" : `${request.url}?b`;
      return response.writeHead(302, { location }).end();
    },
  },
  "another redirect than expected": {
    rule: "redirects",
    flow: (path) => ({ expect: { redirects: [{ status: 301, to: `${path}?to=new` }] } }),
    route: (request, response, broken) => {
      if (request.url.includes("?")) return json(response, {});
      return response.writeHead(broken ? 302 : 301, { location: `${request.url}?to=new` }).end();
    },
  },
  "429 with Retry-After": {
    rule: "status",
    flow: {},
    says: "Retry-After: 7",
    route: (_, response, broken) =>
      json(response, {}, broken ? { status: 429, "retry-after": "7" } : { status: 200 }),
  },
  "against its schema": {
    rule: "schema",
    flow: { expect: { schema: { type: "object", properties: { price: { type: "number", minimum: 0 } } } } },
    route: (_, response, broken) => json(response, { price: broken ? -1 : 1 }),
  },
  "a page instead of JSON": {
    rule: "json",
    flow: { expect: { json: { "$.price": "> 0" } } },
    route: (_, response, broken) => {
      if (!broken) return json(response, quote());
      return response.writeHead(200, { "content-type": "text/html" }).end("<title>Oops</title>");
    },
  },
  "a missing header": {
    rule: "header",
    flow: { expect: { headers: { "x-frame-options": "DENY" } } },
    route: (_, response, broken) => json(response, {}, broken ? {} : { "x-frame-options": "DENY" }),
  },
  "too much": {
    rule: "size",
    flow: { expect: { size: "< 10kb" } },
    route: (_, response, broken) => json(response, { text: "x".repeat(broken ? 20_000 : 20) }),
  },
  "no gzip at all": {
    rule: "protocol",
    flow: {},
    route: (_, response, broken) =>
      response.writeHead(200, broken ? { "content-encoding": "gzip" } : {}).end("plain"),
  },
  "login without a cookie": {
    rule: "login",
    flow: (path) => ({ auth: { login: { post: `${path}?in`, body: { form: { user: "ana" } } } } }),
    route: (request, response, broken) => {
      if (request.url.endsWith("?in"))
        return json(response, {}, broken ? {} : { "set-cookie": "sid=0123456789; Path=/; HttpOnly" });
      return json(response, {}, { status: request.headers.cookie?.includes("sid=0123456789") ? 200 : 401 });
    },
  },
  "no token": {
    rule: "login",
    flow: (path) => ({
      auth: { oauth2: { tokenUrl: `${path}?token`, clientId: "me", clientSecret: "client-secret" } },
    }),
    route: (request, response, broken) => {
      if (!request.url.endsWith("?token"))
        return json(response, {}, { status: request.headers.authorization === "Bearer t0ken-1" ? 200 : 401 });
      if (broken) return json(response, { error: "invalid_client" }, { status: 401 });
      return json(response, { access_token: "t0ken-1", token_type: "bearer", expires_in: 3600 });
    },
  },
};
