import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { cacheKey, readCache, writeCache } from "../../modsquad/config/cache.ts";
import { loadConfig } from "../../modsquad/config/load.ts";
import * as parser from "../../modsquad/config/parse.ts";
import { folderWith } from "./temporary.ts";

const SECRET = "hunter2-hunter2";
const CONFIG = 'run: { timeout: 90s }\ngates: { t: { run: "true", envFile: "${SECRET_FILE}" } }\n';
const load = (cwd: string) => loadConfig({ cwd, mode: "full", processEnv: { SECRET_FILE: SECRET } });

describe("the cache of one file", () => {
  it("gives back what was stored", async () => {
    const folder = folderWith({});
    const key = cacheKey("config", Buffer.from("a"));
    await writeCache(folder, key, { a: [1, "ü"] });
    expect(await readCache(folder, key)).toEqual({ a: [1, "ü"] });
  });

  it("ignores every single changed byte", async () => {
    const folder = folderWith({});
    const key = cacheKey("config", Buffer.from("a"));
    await writeCache(folder, key, { required: ["a"], risk: { target: 5 } });
    const file = join(folder, `${key}.json`);
    const good = readFileSync(file);
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = bad[at]! ^ 1;
      writeFileSync(file, bad);
      const inBody = at >= 82 && at < good.length - 1;
      if (inBody || (at >= 8 && at < 72)) expect(await readCache(folder, key), `byte ${at}`).toBeUndefined();
    }
    writeFileSync(file, good.subarray(0, good.length / 2));
    expect(await readCache(folder, key)).toBeUndefined();
  });

  it("differs by bytes and by kind of file", () => {
    const keys = [
      cacheKey("config", Buffer.from("a")),
      cacheKey("config", Buffer.from("b")),
      cacheKey("waivers", Buffer.from("a")),
    ];
    expect(new Set(keys).size).toBe(3);
  });

  it("keeps a dozen files", async () => {
    const folder = folderWith({}, { git: false });
    for (let n = 0; n < 20; n++) await writeCache(folder, cacheKey("config", Buffer.from(String(n))), n);
    expect(readdirSync(folder).length).toBe(12);
  });
});

describe("a config loaded twice", () => {
  it("is parsed once, and equal", async () => {
    const parseText = vi.spyOn(parser, "parseText");
    const cwd = folderWith({ "modsquad.config.yaml": CONFIG });
    const first = await load(cwd);
    expect(parseText).toHaveBeenCalledTimes(1);
    const second = await load(cwd);
    expect(parseText).toHaveBeenCalledTimes(1);
    expect(second).toEqual(first);
    expect(first.ok && first.value.run.timeoutMs).toBe(90_000);
  });

  it("never stores what a variable held", async () => {
    const cwd = folderWith({ "modsquad.config.yaml": CONFIG });
    const loaded = await load(cwd);
    expect(loaded.ok && loaded.value.gates.t?.command?.envFile).toBe(SECRET);
    const folder = join(cwd, ".git", "meta-orch", "config-cache");
    const stored = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(stored).toHaveLength(1);
    expect(stored.join()).not.toContain(SECRET);
    expect(stored.join()).toContain("${SECRET_FILE}");
  });

  it("is parsed again when the cache is broken", async () => {
    const cwd = folderWith({ "modsquad.config.yaml": CONFIG });
    const first = await load(cwd);
    const folder = join(cwd, ".git", "meta-orch", "config-cache");
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), "{");
    expect(await load(cwd)).toEqual(first);
  });

  it("says where an unset variable stands even when it comes from the cache", async () => {
    const cwd = folderWith({ "modsquad.config.yaml": CONFIG });
    await load(cwd);
    const loaded = await loadConfig({ cwd, mode: "full", processEnv: {} });
    expect(!loaded.ok && loaded.problems[0]?.where).toBe("modsquad.config.yaml:2:37");
  });

  it("is never stored when it is wrong", async () => {
    const cwd = folderWith({ "modsquad.config.yaml": "rsk: {}\n" });
    expect((await load(cwd)).ok).toBe(false);
    expect((await load(cwd)).ok).toBe(false);
  });

  it("writes nothing outside git before there are logs", async () => {
    const cwd = folderWith({ "modsquad.config.yaml": CONFIG }, { git: false });
    expect((await load(cwd)).ok).toBe(true);
    expect(readdirSync(cwd)).toEqual(["modsquad.config.yaml"]);
  });
});
