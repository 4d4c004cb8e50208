import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { entropy, looksSecret, wordShare } from "../../../gates/repo-audit/checks/secrets/judge.ts";
import { scan } from "../../../gates/repo-audit/checks/secrets/matcher.ts";
import { RULES } from "../../../gates/repo-audit/checks/secrets/rules.ts";
import { base62, verify } from "../../../gates/repo-audit/checks/secrets/verify.ts";
import { checked, jwt, Letters, privateKey, samplesFor } from "./secret-samples.ts";
import { applyFixes, audit, brief, findingsIn, folderWith } from "./support.ts";

const all = samplesFor(RULES, new Letters());
const byId = new Map(RULES.map((rule) => [rule.id, rule]));

describe("formats", () => {
  it("are at least two hundred, each with a sample and an id of its own", () => {
    expect(RULES.length).toBeGreaterThanOrEqual(200);
    expect(byId.size).toBe(RULES.length);
    expect(Object.keys(all).sort()).toEqual(RULES.map((rule) => rule.id).sort());
  });

  it.each(Object.entries(all))("finds a %s and nothing else", (id, { line, secret }) => {
    const text = `before\nvalue: '${line}'\nafter\n`;
    const found = scan(text).formats;
    expect(found.map((match) => match.rule.id)).toEqual([id]);
    const [match] = found;
    expect(text.slice(match!.start, match!.end)).toBe(match!.secret);
    if (id === "private-key") return;
    if (secret !== undefined) expect(match!.secret).toBe(secret);
    else expect(line).toContain(match!.secret);
  });

  it.each(Object.entries(all))("does not take part of a longer word for a %s", (id, { line, secret }) => {
    const value = secret ?? line;
    // Formats recognised by the name before them are not bound to a word's beginning.
    const rule = byId.get(id)!;
    if (secret !== undefined || rule.left === false || rule.back || /^\(\?</.test(rule.pattern)) return;
    if (["npm-auth", "private-key", "json-web-token"].includes(id)) return;
    expect(scan(`"Qx7${value}"`).formats.map((match) => match.rule.id)).not.toContain(id);
  });

  it("takes what is handed over beside an access key id for its secret", () => {
    const letters = new Letters(11);
    const [id, secret] = [`AKIA${letters.base32(16)}`, letters.b64(40)];
    const found = scan(`connect("${id}", "${secret}")`).formats;
    expect(found.map(({ rule, secret: value }) => [rule.id, value])).toEqual([
      ["aws-access-key", id],
      ["aws-secret-key", secret],
    ]);
  });

  it("finds values in any position of a large text, each once", () => {
    const letters = new Letters(3);
    const tokens = Array.from({ length: 40 }, () => checked("ghp_", letters.b62(30)));
    const text = tokens.map((token) => `${"lorem ipsum token secret ".repeat(50)}${token}\n`).join("");
    expect(scan(text).formats.map((match) => match.secret)).toEqual(tokens);
  });

  it("is silent about samples, masks and sequences", () => {
    const texts = [
      `ghp_${"x".repeat(36)}`,
      `ghp_${"1234567890".repeat(4).slice(0, 36)}`,
      `AKIAIOSFODNN7${"EXAMPLE"}`,
      `sk_live_${"a".repeat(24)}`,
      `sk_live_${"your_key_goes_here_ok"}`,
      `xoxb-${"0".repeat(12)}-${"0".repeat(12)}-${"x".repeat(24)}`,
      `npm_${"abc123".repeat(6)}`,
    ];
    for (const text of texts) expect(scan(text).formats).toEqual([]);
  });
});

describe("check digits", () => {
  // Published by GitHub as an example of the format when it was introduced, and revoked since.
  const published = ["zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"];

  it("agree with the vendor's own example", () => {
    expect(verify("crc32-base62", `ghp_${published.join("")}`)).toBe("verified");
    expect(base62(0, 6)).toBe("000000");
    expect(base62(61, 2)).toBe("0z");
    expect(base62(62, 2)).toBe("10");
  });

  it("tell a live form from an edited one", async () => {
    const token = checked("ghp_", new Letters(5).b62(30));
    const edited = `${token.slice(0, -1)}${token.endsWith("a") ? "b" : "a"}`;
    const live = await findingsIn({ "src/a.ts": `const t = "${token}";\n` });
    expect(live).toMatchObject([{ ruleId: "secrets/github-token", severity: "critical" }]);
    expect(live[0]?.message).toContain("check digits match");
    const made = await findingsIn({ "src/a.ts": `const t = "${edited}";\n` });
    expect(made).toMatchObject([{ ruleId: "secrets/github-token", severity: "low" }]);
  });

  it("outweigh where a value stands", async () => {
    const token = checked("npm_", new Letters(6).b62(30));
    const [finding] = await findingsIn({ "test/fixtures/x.ts": `"${token}"` });
    expect(finding).toMatchObject({ severity: "critical" });
  });
});

describe("findings", () => {
  const letters = new Letters(11);
  const one = `sk_${"live"}_${letters.b62(30)}`;
  const two = `sk_${"live"}_${letters.b62(30)}`;

  it("never show the value, and tell two apart by a hash", async () => {
    const dir = folderWith({
      "a.env": `STRIPE=${one}\n`,
      "b.py": `key = "${two}"\n`,
      "c.pem": privateKey(letters),
    });
    const text = JSON.stringify(await audit(dir));
    for (const value of [one, two]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(value.slice(4, 16));
      expect(text).not.toContain(value.slice(-12));
    }
    expect(text.match(/sk_l…\[sha256 [0-9a-f]{8}\]/g)).toHaveLength(2);
  });

  it("keep their fingerprint when the value moves, and change it when the value does", async () => {
    const at = async (files: Record<string, string>) =>
      (await findingsIn(files)).map((each) => each.fingerprint);
    const [first] = await at({ "src/a.ts": `const key = "${one}";\n` });
    const [moved] = await at({ "lib/b.ts": `\n\n\nexport const other = "${one}";\n` });
    const [swapped] = await at({ "src/a.ts": `const key = "${two}";\n` });
    expect(moved).toBe(first);
    expect(swapped).not.toBe(first);
  });

  it("name every place of a value, and count it once", async () => {
    const found = await findingsIn(
      { "a.ts": `"${one}"`, "b.ts": `\n"${one}"`, "c.ts": `"${one}"` },
      "secrets",
    );
    expect(brief(found).map((line) => line.split(" ").at(-1))).toEqual(["a.ts:1", "b.ts:2", "c.ts:1"]);
    expect(found.map((each) => each.severity === "info")).toEqual([false, true, true]);
    expect(found[0]?.message).toContain("in 2 more places");
    expect(found[1]?.message).toContain("again, as in a.ts:1");
    expect(new Set(found.map((each) => each.fingerprint)).size).toBe(3);
  });

  it("come with edits that take the value out and leave a file that still parses", async () => {
    const files = {
      "a.ts": `export const key = "${one}";\nexport const url = \`x/${one}/y\`;\n`,
      "b.py": `KEY = '${one}'\n`,
      ".env": `STRIPE_KEY=${one}\n`,
      "c.yaml": `key: ${one}\n`,
      "d.json": `{"key": "${one}"}\n`,
    };
    const dir = folderWith(files);
    applyFixes(dir, (await audit(dir)).findings);
    const read = (file: string): string => readFileSync(path.join(dir, file), "utf8");
    expect(read("a.ts")).toBe(
      "export const key = process.env.STRIPE_SECRET_KEY;\nexport const url = `x/REMOVED/y`;\n",
    );
    expect(read("b.py")).toBe('KEY = os.environ["STRIPE_SECRET_KEY"]\n');
    expect(read(".env")).toBe("STRIPE_KEY=\n");
    expect(read("c.yaml")).toBe("key: ${STRIPE_SECRET_KEY}\n");
    expect(JSON.parse(read("d.json"))).toEqual({ key: "REMOVED" });
    expect((await audit(dir, { checks: ["secrets"] })).findings).toEqual([]);
  });

  it("weigh less where samples are expected", async () => {
    const key = privateKey(letters, "");
    const severity = async (file: string) => (await findingsIn({ [file]: key }))[0]?.severity;
    expect(await severity("deploy/server.key")).toBe("high");
    expect(await severity("test/fixtures/server.key")).toBe("low");
    expect(await severity("certs/localhost.key")).toBe("low");
  });

  it("say less of a session that ends, and nothing of one in test data", async () => {
    const session = jwt(letters, { sub: "42", exp: 1700000000 });
    expect(await findingsIn({ "src/a.ts": `"${session}"` })).toMatchObject([{ severity: "low" }]);
    expect(await findingsIn({ "test/a.ts": `"${session}"` })).toEqual([]);
    expect(await findingsIn({ "src/a.ts": `"${jwt(letters, { role: "anon" })}"` })).toEqual([]);
  });
});

describe("values without a format", () => {
  const letters = new Letters(23);
  const random = letters.b62(32);
  const password = `${letters.of("bcdfghjkm", 4)}${letters.digits(4)}!Zq${letters.b62(4)}`;

  it.each([
    ["src/a.ts", `const apiSecret = "${random}";`],
    ["src/a.ts", `config = { clientSecret: '${random}' }`],
    ["src/a.go", `authToken := "${random}"`],
    ["src/a.php", `'api_key' => '${random}',`],
    ["src/a.py", `SECRET_KEY: str = "${random}"`],
    [".env", `SERVICE_TOKEN=${random}`],
    ["config.yaml", `smtp:\n  password: ${password}`],
    ["app.properties", `db.password=${password}`],
    [".env.production", `REGISTRY_PASSWORD=${password}`],
    ["deploy.yml", `  - DB_PASS=${password}`],
  ])("finds one in %s: %s", async (file, line) => {
    const found = await findingsIn({ [file]: `${line}\n` }, "secrets");
    expect(found).toMatchObject([{ ruleId: "secrets/generic-credential", severity: "medium" }]);
  });

  it.each([
    ["src/a.ts", 'const passwordField = "user-password-input-2";'],
    ["src/a.ts", `const csrfToken = "${random}";`],
    ["src/a.ts", `const secretName = "projects/1/secrets/${random}";`],
    ["src/a.ts", 'const token = process.env.API_TOKEN ?? "";'],
    ["src/a.ts", 'if (token === "abc123def456ghi789jkl0") {}'],
    ["src/a.ts", 'const apiKey = "your-api-key-0123456789";'],
    ["src/a.ts", "const password = `${prefix}-12345678abcdef`;"],
    ["src/a.ts", 'const TOKEN_KEY = "access_token_v2_storage_key";'],
    ["src/a.ts", 'const nextToken = "2024-01-02T03:04:05Z";'],
    ["src/a.ts", `const token = "7d9f6a3e-1b2c-4d5e-8f90-a1b2c3d4e5f6";`],
    [".env", "POSTGRES_PASSWORD=postgres"],
    [".env", "SECRET_KEY=changethis"],
    [".env", "DB_PASSWORD=${OTHER_PASSWORD}"],
    [".env.example", `SERVICE_TOKEN=${random}`],
    ["migrations/seed.py", `password="pbkdf2_sha256$36000$${random}"`],
    ["package.json", '{ "dependencies": { "generate-password": "~1.3.0" } }'],
    ["src/a.py", `cache_key = "${random}"`],
    ["src/a.py", `PUBLIC_API_KEY = "${random}"`],
    ["src/a.py", 'archive(tar, {"../../etc/passwd": b"root:x:0"})'],
    ["src/a.py", 'foreign_key = "orders_customer_id_fkey_2024"'],
    ["src/a.py", 'dict_key = "Monday2TuesdayNight"'],
    ["NOTES.txt", "The token: something-written-out-2024"],
    ["search.js", `docsearch({ apiKey: "${letters.hex(32)}" })`],
  ])("is silent in %s: %s", async (file, line) => {
    expect(brief(await findingsIn({ [file]: `${line}\n` }, "secrets"))).toEqual([]);
  });

  it.each([
    ["test/a.ts", `const apiSecret = "${random}";`, "low generic-credential"],
    ["docs/a.md", `apiSecret = "${random}"`, "low generic-credential"],
    ["docker-compose.dev.yml", `password: ${password}`, "low generic-credential"],
    ["src/seed.js", "const admin = { password: 'Sommer77!' };", "low weak-password"],
    ["test/login.test.js", "const admin = { password: 'Sommer77!' };", "info weak-password"],
    ["src/Config.java", 'source.setPassword("rosenholz");', "low weak-password"],
    ["application.yml", "  login-password: druid4711", "low weak-password"],
    ["Dockerfile", `ENV SHOP_TOKEN ${random}`, "medium generic-credential"],
    ["Dockerfile", `ARG API_KEY=${random}`, "medium generic-credential"],
    ["run.sh", `export API_TOKEN=${random}`, "medium generic-credential"],
    ["run.sh", "sshpass -p 'Rosenholz-7' ssh shop", "low weak-password"],
    ["run.sh", "mysql -u root -pRosenholz-7 shop", "low weak-password"],
    ["run.sh", "docker login -u shop -p Rosenholz-7", "low weak-password"],
    ["a.java", `map.put("api_token", "${random}");`, "medium generic-credential"],
    ["a.java", 'map.put("db.password", "Rosenholz-7");', "low weak-password"],
    ["a.go", 'const password string = "Rosenholz-7"', "low weak-password"],
    ["a.c", 'char password[] = "Rosenholz-7";', "low weak-password"],
    ["a.rs", `const API_TOKEN: &str = "${random}";`, "medium generic-credential"],
    ["a.kt", `val a = mapOf("token" to "${random}")`, "medium generic-credential"],
    ["a.php", 'define("db_password", "Rosenholz-7");', "low weak-password"],
    ["a.py", `t = os.getenv("API_TOKEN", "${random}")`, "medium generic-credential"],
    ["a.js", `const t = process.env.API_TOKEN || "${random}";`, "medium generic-credential"],
    ["a.rb", `ENV["API_TOKEN"] ||= "${random}"`, "medium generic-credential"],
    ["a.json", `{ "name": "API_TOKEN", "value": "${random}" }`, "medium generic-credential"],
    ["a.xml", `<add key="ApiToken" value="${random}" />`, "medium generic-credential"],
    ["a.sql", "ALTER USER shop WITH PASSWORD 'Rosenholz-7';", "low weak-password"],
    ["a.ps1", 'ConvertTo-SecureString "Rosenholz-7" -AsPlainText', "low weak-password"],
    [
      ".dockercfg",
      `{"auths":{"r.io":{"auth":"${Buffer.from("anna:rosenholz").toString("base64")}"}}}`,
      "high stored-credential",
    ],
    ["src/a.js", `fetch("https://api.shop-prod.net/v1?api_key=${random}");`, "medium generic-credential"],
    ["conf/settings.xml", "<password>Rosenholz-7</password>", "low weak-password"],
    ["src/a.cs", 'var c = "Server=db;User Id=anna;Password=Rosenholz-7;";', "low weak-password"],
    ["src/a.py", 'if password == "Rosen7holz!":', "low weak-password"],
    ["src/a.py", 'p = os.environ.get("PASSWORD") or "Rosen7holz!"', "low weak-password"],
    ["src/a.c", 'setopt(curl, CURLOPT_PASSWORD, "Rosen7holz!");', "low weak-password"],
    ["src/a.h", '#define ADMIN_PASSWORD "Rosen7holz!"', "low weak-password"],
    ["src/a.js", "const smtpPass = 'Rosen7holz!';", "low weak-password"],
    ["NOTES.txt", "Sign in as anna, password: Rosen7holz!", "info weak-password"],
    ["NOTES.txt", "anna pw=Rosen7holz!", "info weak-password"],
    ["up.sh", "shop-import --password Rosen7holz! orders.csv", "low weak-password"],
    ["up.sh", `shop-import --token ${random}`, "medium generic-credential"],
    ["a.plist", "<key>dbPassword</key><string>Rosen7holz!</string>", "low weak-password"],
    ["a.sql", "create user shop identified by Rosen7holz;", "low weak-password"],
    ["deploy.password", `${random}\n`, "high stored-credential"],
    ["src/a.py", `if token == "${random}":`, "medium generic-credential"],
    ["src/a.py", `METEO_KEY = "${random}"`, "medium generic-credential"],
    ["build.gradle", `buildConfigField 'String', 'API_KEY', '"${random}"'`, "medium generic-credential"],
    ["src/a.cs", 'var password = @"Rosenholz-7";', "low weak-password"],
    ["notes.log", "<login><password>Rosenholz-7</password></login>", "low weak-password"],
    ["NOTES.txt", `The token: ${letters.of("bcdfghjkm2345678", 32)}.`, "low generic-credential"],
    ["up.bat", "PsExec.exe \\\\shop -u anna -p Rosenholz-7 cmd", "low weak-password"],
    ["up.sh", "redis-cli -h shop -a Rosenholz-7 ping", "low weak-password"],
    ["a.cs", 'mail.Credentials = new NetworkCredential("anna", "Rosenholz-7");', "low weak-password"],
    ["a.java", 'ds.setURL("jdbc:oracle:thin:anna/Rosenholz-7@db.shop.net:1521:x");', "high url-password"],
    ["a.tf", `variable "shop_token" { default = "${random}" }`, "medium terraform-password"],
    ["etc/users", `anna:$2b$05$${letters.b62(53)}`, "low password-hash"],
    ["test/a.js", `"Basic ${Buffer.from("anna:rosenholz").toString("base64")}"`, "info basic-credential"],
  ])("finds in %s: %s", async (file, line, expected) => {
    const found = brief(await findingsIn({ [file]: `${line}\n` }, "secrets"));
    expect(found).toEqual([`${expected.replace(" ", " secrets/")} ${file}:1`]);
  });

  it.each([
    [".netrc", "machine mail.shop.net login anna password rosenholz\n"],
    [".pgpass", "db.shop.net:5432:orders:anna:rosenholz\n"],
    [".git-credentials", "https://anna:rosenholz@git.shop.net\n"],
    ["web/.htpasswd", `anna:$apr1$${letters.b62(8)}$${letters.b62(22)}\n`],
    [".vscode/sftp.json", '{ "host": "shop.net", "username": "anna", "password": "rosenholz" }\n'],
    ["sitemanager.xml", '<Pass encoding="base64">cm9zZW5ob2x6</Pass>\n'],
    ["wp-config.php", "define('DB_PASSWORD', 'rosenholz');\n"],
    [".my.cnf", "[client]\npassword = rosenholz\n"],
    ["config/master.key", `${letters.hex(32)}\n`],
  ])("knows %s as a file that holds credentials", async (file, text) => {
    expect(await findingsIn({ [file]: text }, "secrets")).toMatchObject([
      { ruleId: "secrets/stored-credential", severity: "high" },
    ]);
  });

  it.each([
    ["a.js", "const labels = { password: 'Passwort' + suffix };"],
    ["a.js", "input({ type: 'password', password: 'new-password' });"],
    ["a.ts", "type Login = { password: 'string' };"],
    ["a.py", 'errors = {"password": "is required for this account"}'],
    ["a.py", "password = 'changeme'"],
    [".env", "DB_PASSWORD=postgres"],
    ["demo.js", "const demo = { password: 'let-me-browse' };"],
    ["a.js", "const url = 'postgres://user:pass@host/db';"],
    ["a.js", 'const row = { pass: "errored", fail: "passed" };'],
    ["a.js", 'const lint = { password: "disallowed" };'],
    ["a.js", "const firstPass = 'lexer';"],
    ["a.js", 'const cues = { sshpass: "command" };'],
    ["a.js", "const labels = { password: 'Passwort' };"],
    ["a.js", "const labels = { password: 'Contrase\\u00f1a' };"],
    ["a.js", "const names = { password: 'userPasswordInput', passwd: 'user_secret_field' };"],
    ["a.js", "const kinds = { password: 'text|hidden' };"],
    ["a.py", "password: str = other.password2"],
    ["a.py", 'mock_password = "Rosen7holz!"'],
    ["a.md", "password: $DB_PASSWORD, see user.password2 and hash(password1)"],
    ["a.yml", "password: ENC(9kQ2xV0bWmZ4tY7LhP==)"],
    ["a.md", `| anna | $2b$05$${letters.b62(53)} |`],
    [".netrc", "machine mail.shop.net login anna password ${MAIL_PASSWORD}"],
  ])("takes nothing in %s for a password: %s", async (file, line) => {
    expect(brief(await findingsIn({ [file]: `${line}\n` }, "secrets"))).toEqual([]);
  });

  it("finds passwords in URLs; those of local services matter less", async () => {
    const url = (host: string, word: string) => `url = "postgres://app:${word}@${host}/x"\n`;
    expect(await findingsIn({ "a.toml": url("db.shop-prod.net", password) })).toMatchObject([
      { ruleId: "secrets/url-password", severity: "high" },
    ]);
    for (const host of ["localhost:5432", "db:5432", "127.0.0.1", "db.example.com"]) {
      expect(brief(await findingsIn({ "a.toml": url(host, password) }))).toEqual([
        "low secrets/local-url-password a.toml:1",
      ]);
    }
    expect(await findingsIn({ "a.toml": url("db.shop-prod.net", "password") })).toEqual([]);
    expect(await findingsIn({ "a.toml": url("db.shop-prod.net", "${DB_PASSWORD}") })).toEqual([]);
  });

  it("finds credentials in request headers", async () => {
    const basic = Buffer.from(`deploy:${password}`).toString("base64");
    for (const header of [`Authorization: Bearer ${random}`, `Authorization: Basic ${basic}`]) {
      const found = await findingsIn({ "deploy.sh": `curl -H "${header}" https://api.shop-prod.net\n` });
      expect(found).toMatchObject([{ ruleId: "secrets/authorization-header" }]);
    }
    const harmless = Buffer.from("browser:").toString("base64");
    expect(await findingsIn({ "a.sh": `curl -H "Authorization: Basic ${harmless}" x\n` })).toEqual([]);
    for (const shown of ["$TOKEN", "notes_pat_...", "notes_pat_4f2\u2026"])
      expect(await findingsIn({ "a.sh": `curl -H "Authorization: Bearer ${shown}" x\n` }), shown).toEqual([]);
  });
});

describe("commands and manifests", () => {
  const letters = new Letters(31);
  const word = `${letters.b62(6)}!7${letters.b62(5)}`;
  const encoded = Buffer.from(`admin:${word}`).toString("base64");

  it.each([
    ["deploy.sh", `curl -u deploy:${word} https://api.shop-prod.net`, "command-credential"],
    ["deploy.sh", `curl -s --user 'deploy:${word}' \\\n  https://api.shop-prod.net`, "command-credential"],
    [
      "deploy.sh",
      `curl -X POST \\\n -H "X-Api-Key: ${letters.b62(24)}" https://x.shop-prod.net`,
      "command-credential",
    ],
    ["k8s/secret.yaml", `kind: Secret\ndata:\n  password: ${encoded}\n`, "kubernetes-secret"],
    ["main.tf", `  administrator_login_password = "${letters.b62(12)}"`, "terraform-password"],
    ["nuget.config", `<add key="ClearTextPassword" value="${word}" />`, "feed-password"],
  ])("finds one in %s: %s", async (file, text, rule) => {
    expect(await findingsIn({ [file]: `${text}\n` }, "secrets")).toMatchObject([
      { ruleId: `secrets/${rule}` },
    ]);
  });

  it.each([
    ["deploy.sh", 'curl -u "$USER:$PASSWORD" https://api.shop-prod.net'],
    ["deploy.sh", "curl -u user:password https://api.shop-prod.net"],
    ["deploy.sh", 'curl -u "${{ secrets.USER }}:${{ secrets.PASS }}" https://api.shop-prod.net'],
    ["deploy.sh", "curl -u <user:password> https://api.shop-prod.net"],
    ["deploy.sh", `nc -u deploy:${word} 80`],
    ["k8s/secret.yaml", 'kind: Secret\ndata:\n  password: ""\n'],
    ["k8s/secret.yaml", `kind: ConfigMap\ndata:\n  banner: ${encoded}\n`],
    ["k8s/secret.yaml", `kind: Secret\nmetadata:\n  name: ${encoded.replaceAll("=", "")}\n`],
    ["main.tf", "  password = var.db_password"],
    ["app/Accept.php", "'password' => 'required|alpha_dash|string|max:255',"],
    ["src/Login.vue", `<input v-model="form.password" :type="'password'" :id="'pass-2'">`],
    [
      "k8s/secret.yaml",
      `kind: Secret\ndata:\n  key.pub: ${Buffer.from(`-----BEGIN PUBLIC KEY-----\n${"MIIBIjANBgkqhkiG9w0BAQEF".repeat(4)}\n`).toString("base64")}\n`,
    ],
    ["i18n.lock", `  integrations/discord_not_supported: ${"a1b2f3c4".repeat(3)}d9e8a7b6`],
    ["nuget.config", '<add key="ClearTextPassword" value="%FEED_PASSWORD%" />'],
  ])("is silent in %s: %s", async (file, text) => {
    expect(brief(await findingsIn({ [file]: `${text}\n` }, "secrets"))).toEqual([]);
  });

  it("finds key stores by their name", async () => {
    const found = await findingsIn({ "certs/client.p12": Buffer.from([0, 1, 2]), "a.txt": "x" }, "secrets");
    expect(brief(found)).toEqual(["medium secrets/key-store certs/client.p12:1"]);
  });
});

describe("judging a value", () => {
  it("measures entropy in bits per character", () => {
    expect(entropy("")).toBe(0);
    expect(entropy("aaaa")).toBe(0);
    expect(entropy("abab")).toBeCloseTo(1, 12);
    expect(entropy("0123456789abcdef")).toBeCloseTo(4, 12);
  });

  it("tells names from random text", () => {
    expect(wordShare("access-token-refresh-handler")).toBeGreaterThan(0.9);
    expect(wordShare("x7Kq9ZpL2mVt4RwB")).toBeLessThan(0.3);
    expect(looksSecret("accessTokenHandler2")).toBe(false);
  });

  it("accepts nearly all random values", () => {
    const letters = new Letters(99);
    let accepted = 0;
    for (let i = 0; i < 500; i += 1) if (looksSecret(letters.b62(32))) accepted += 1;
    expect(accepted).toBeGreaterThan(480);
  });
});
