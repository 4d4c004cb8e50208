import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { taskRecord } from "../../modsquad/journal/record.ts";
import { createRedactor } from "../../modsquad/journal/redact.ts";
import { spellings } from "../../modsquad/journal/spellings.ts";
import * as any from "./arbitraries.ts";
import { finding, task } from "./support.ts";

const open = createRedactor([]);
const LONG = "s3cr3t-token-value/with+signs=";

/** Built from two halves, so that no scanner takes this file for a leak. */
const join = (...parts: string[]) => parts.join("");

describe("undeclared credentials", () => {
  const tokens = [
    join("ghp", "_0123456789abcdefghijABCDEFGHIJ012345"),
    join("github", "_pat_11ABCDEFG0123456789_abcdefghijklmnop"),
    join("sk", "_live_0123456789abcdefghijABCD"),
    join("xo", "xb-123456789012-abcdefghijkl"),
    join("npm", "_abcdefghijklmnopqrstuvwxyz0123456789"),
    join("AK", "IAIOSFODNN7EXAMPL3"),
    join("ey", "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N"),
  ];

  it.each(tokens)("masks %s, keeping its first four characters and a hash", (token) => {
    const hash = createHash("sha256").update(token).digest("hex").slice(0, 8);
    expect(open.text(`before ${token}, after`)).toBe(`before ${token.slice(0, 4)}[redacted-${hash}], after`);
  });

  it.each([
    ["postgres://app:hunter2@db:5432/shop", "postgres://app:[redacted]@db:5432/shop"],
    ["redis://:hunter2@cache", "redis://:[redacted]@cache"],
    ["DB_PASSWORD=changeme next", "DB_PASSWORD=[redacted] next"],
    ["https://h/x?a=1&access_token=abc123&b=2", "https://h/x?a=1&access_token=[redacted]&b=2"],
    ["Authorization: Bearer abc123", "Authorization: Bearer [redacted]"],
    ['{"authorization":"Basic dTpw1234"}', '{"authorization":"Basic [redacted]"}'],
    ["Cookie: sid=abcdef12; lang=de", "Cookie: sid=[redacted]; lang=de"],
    [
      "Set-Cookie: sid=abcdef12; Path=/account; SameSite=Strict",
      "Set-Cookie: sid=[redacted]; Path=/account; SameSite=Strict",
    ],
    ["X-Api-Key: abc12345", "X-Api-Key: [redacted]"],
  ])("%s becomes %s", (before, after) => {
    expect(open.text(before)).toBe(after);
  });

  it("masks both halves of a URL whose user is a token", () => {
    const url = open.text(`https://${tokens[0]}:x-oauth-basic@github.com/a/b`);
    expect(url).toMatch(/^https:\/\/ghp_\[redacted-[0-9a-f]{8}\]:\[redacted\]@github\.com\/a\/b$/);
  });

  it("masks a private key, with or without its end", () => {
    const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7\n";
    const begin = join("-----BEGIN ", "PRIVATE KEY-----\n");
    expect(open.text(`${begin}${body}-----END PRIVATE KEY-----`)).not.toContain("MIIEvQ");
    expect(open.text(`${begin}${body}`)).not.toContain("BKcwgg");
  });

  it.each([
    "https://example.org:8080/@scope/package?page=2",
    "ssh://git@github.com/a/b and git@github.com:a/b",
    "authorization: required by the operation, the basic internationalization test is missing",
    "Set-Cookie: the attribute SameSite is missing",
    "DB_PASSWORD=${DB_PASSWORD} and API_KEY=<your key>",
    "task-runner, desk-fixtures-for-development-and-tests, sk-button",
    "found -----BEGIN RSA PRIVATE KEY----- in the file",
    `sha256 ${"9f2c8a01".repeat(8)} commit 0123456789abcdef0123456789abcdef01234567`,
  ])("leaves alone: %s", (text) => {
    expect(open.text(text)).toBe(text);
  });

  it("masks the values of telling keys, whatever they look like", () => {
    expect(
      open.json({ headers: { Authorization: "letmein", cookie: "a=b;c=d" }, token: "color-brand" }),
    ).toEqual({
      headers: { Authorization: "[redacted]", cookie: "[redacted]" },
      token: "color-brand",
    });
  });

  it("searches the caller's own expressions too", () => {
    const own = createRedactor([], [/order (?<secret>\d{8})/]);
    expect(own.text("order 12345678, order 87654321")).toBe("order [redacted], order [redacted]");
  });
});

describe("declared secrets", () => {
  it("go in every spelling", () => {
    const redactor = createRedactor([LONG]);
    const spelled = [
      LONG,
      encodeURIComponent(LONG),
      encodeURIComponent(LONG).toLowerCase(),
      Buffer.from(LONG).toString("base64"),
      Buffer.from(`user:${LONG}`).toString("base64"),
      Buffer.from(`me:${LONG}`).toString("base64url"),
    ];
    for (const text of spelled) {
      const shown = redactor.text(`<${text}>`);
      expect(shown).toContain("[redacted");
      expect(Buffer.from(shown, "base64").toString("latin1")).not.toContain("token-value");
    }
  });

  it("tell four characters and a hash when long, nothing when they could be guessed", () => {
    const redactor = createRedactor([LONG, "hunter2"]);
    expect(redactor.text(LONG)).toMatch(/^s3cr\[redacted-[0-9a-f]{8}\]$/);
    expect(redactor.text("hunter2")).toBe("[redacted]");
  });

  it("of which one begins another go whole", () => {
    expect(createRedactor(["abcdef", "abcdefgh"]).text("abcdefgh abcdef")).toBe("[redacted] [redacted]");
  });

  it("are ignored when shorter than six characters", () => {
    expect(createRedactor(["admin", ""]).text("admin")).toBe("admin");
  });

  it("of several lines go line by line", () => {
    const redactor = createRedactor(["first-line-of-the-secret\nsecond-line-of-the-secret\n"]);
    expect(redactor.text("  second-line-of-the-secret")).not.toContain("second-line");
  });

  it("are never present afterwards, and what comes out is JSON", () => {
    const secret = fc
      .oneof(
        fc.string({ minLength: 6, maxLength: 40 }),
        fc.string({ unit: "binary", minLength: 6, maxLength: 20 }),
      )
      .map((text) => text.trim())
      .filter((text) => text.length >= 6 && !/[[\]\u0000-\u001f]|redacted/.test(text));
    const around = fc.string({ maxLength: 10 });
    const place = fc.constantFrom(
      (text: string) => text,
      (text: string) => encodeURIComponent(Buffer.from(text).toString()),
      (text: string) => JSON.stringify({ inner: text }),
    );
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        around,
        around,
        place,
        (secrets, a, b, spell) => {
          const redactor = createRedactor(secrets);
          const value = { list: secrets.map((text) => a + spell(text) + b), [`key ${secrets[0]}`]: { n: 1 } };
          const shown = JSON.stringify(redactor.json(value));
          const texts: string[] = [];
          JSON.parse(shown, (key, inner) => {
            texts.push(key);
            if (typeof inner === "string") texts.push(inner);
            return inner as unknown;
          });
          for (const text of secrets) {
            for (const spelling of spellings(text)) {
              for (const told of texts) expect(told.includes(spelling), `${spelling} in ${told}`).toBe(false);
            }
          }
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });
});

describe("a record", () => {
  it("keeps our ids, digests and paths when a short secret is part of them, and loses it elsewhere", () => {
    const redactor = createRedactor(["audit9", "complexity"]);
    const state = task("audit9", {
      errors: ["login with audit9 failed"],
      metrics: { audit9: "audit9", path: "audit9" },
      findings: [finding(1, { fingerprint: "audit9:00ff", message: "audit9 is here" })],
    });
    const shown = redactor.record(taskRecord(state)) as unknown as ReturnType<typeof taskRecord>;
    expect(shown.task_id).toBe("audit9");
    expect(shown.findings[0]).toMatchObject({
      fingerprint: "audit9:00ff",
      rule_id: "complexity/too-deep",
      message: "[redacted] is here",
    });
    expect(shown.errors).toEqual(["login with [redacted] failed"]);
    expect(shown.metrics).toEqual({ "[redacted]": "[redacted]", path: "[redacted]" });
  });

  it("loses long secrets and tokens even in ids", () => {
    const state = task("audit", { findings: [finding(1, { fingerprint: `x:${LONG}` })] });
    expect(JSON.stringify(createRedactor([LONG]).record(taskRecord(state)))).not.toContain(LONG);
  });

  it("drops edits that would write the mask into a file, and keeps the others", () => {
    const edit = (text: string) => ({ path: "a.env", start: 0, end: 3, text });
    const fix = (text: string) => ({ description: "move it", edits: [edit(text)] });
    const state = task("audit", {
      findings: [finding(1, { fix: fix(`KEY=${LONG}`) }), finding(2, { fix: fix("KEY=") })],
    });
    const shown = createRedactor([LONG]).record(taskRecord(state)) as unknown as ReturnType<
      typeof taskRecord
    >;
    expect(shown.findings[0]?.fix).toEqual({ description: "move it" });
    expect(shown.findings[1]?.fix?.edits).toHaveLength(1);
  });

  it("without secrets comes out as it went in, and twice is the same as once", () => {
    const redactor = createRedactor([LONG, "hunter2hunter2"]);
    fc.assert(
      fc.property(any.draft, (draft) => {
        const once = redactor.record(draft);
        expect(once).toEqual(JSON.parse(JSON.stringify(draft)));
        expect(redactor.record(once)).toEqual(once);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it("is idempotent on everything it masks", () => {
    const redactor = createRedactor([LONG, "hunter2"]);
    const text = [
      `https://user:hunter2@h/?token=${LONG}`,
      `Authorization: Bearer ${"a1".repeat(20)}`,
      `https://${join("ghp", "_0123456789abcdefghijABCDEFGHIJ012345")}:x@h`,
      "Cookie: sid=0123456789abcdef0123; theme=dark-mode",
      `DB_PASSWORD=${"b2".repeat(12)} X-Api-Key: ${"c3".repeat(12)} hunter2 ${LONG}`,
      join("-----BEGIN ", "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----"),
    ].join("\n");
    const once = redactor.text(text);
    expect(once.match(/\[redacted/g)!.length).toBeGreaterThanOrEqual(10);
    expect(redactor.text(once)).toBe(once);
    const key = redactor.json({ password: "0123456789abcdefghij" });
    expect(redactor.json(key)).toEqual(key);
  });

  it("turns what JSON cannot hold into something it can", () => {
    const cyclic: Record<string, unknown> = { nan: Number.NaN, huge: 12n, gone: undefined, call: () => 1 };
    cyclic.self = cyclic;
    cyclic.again = [cyclic, undefined];
    const deep = JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`) as unknown;
    expect(JSON.stringify(open.json(deep))).toContain("[too much]");
    const shown = open.json(cyclic);
    expect(shown).toEqual({ nan: null, huge: "12", self: "[circular]", again: ["[circular]", null] });
  });
});
