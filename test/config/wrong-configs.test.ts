/** Everything a person can get wrong in a config, and what they are told: the key, the place, the next step. */
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../modsquad/config/load.ts";
import type { Problem } from "../../modsquad/contracts/config.ts";
import { folderWith } from "./temporary.ts";
import { WRONG_MEANING } from "./wrong-meaning.ts";
import { type Case, WRONG_WRITING, waivers, yaml } from "./wrong-writing.ts";

async function problemsOf({ files, request }: Pick<Case, "files" | "request">): Promise<Problem[]> {
  const loaded = await loadConfig({ cwd: folderWith(files), mode: "full", processEnv: {}, ...request });
  return loaded.ok ? [] : loaded.problems;
}

describe("a wrong config", () => {
  it.each([...WRONG_WRITING, ...WRONG_MEANING])("$name", async (wrong) => {
    const problems = await problemsOf(wrong);
    const found = problems.find(({ what }) => wrong.what.test(what));
    expect(found, JSON.stringify(problems, null, 2)).toBeDefined();
    expect(found?.where).toBe(wrong.where);
    expect(found?.next).toMatch(wrong.next);
  });

  it("is told all at once, in the order of the file", async () => {
    const text = "risks: {}\nrun: { timeout: 5, failMode: x }\nreports: [pdf]\n";
    const problems = await problemsOf({ files: yaml(text) });
    expect(problems.map(({ where }) => where)).toEqual([
      "modsquad.config.yaml:1:1",
      "modsquad.config.yaml:2:17",
      "modsquad.config.yaml:2:30",
      "modsquad.config.yaml:3:11",
    ]);
  });

  it("is told together with wrong waivers and a wrong baseline", async () => {
    const files = { ...yaml("rsk: {}\n"), ...waivers("x\n"), "modsquad.baseline.json": "[]" };
    const problems = await problemsOf({ files });
    const named = problems.map(({ where }) => where?.split(":")[0]);
    expect(new Set(named)).toEqual(
      new Set(["modsquad.config.yaml", "modsquad.waivers.yaml", "modsquad.baseline.json"]),
    );
  });

  it("never shows what a variable held", async () => {
    const processEnv = { URL_WITH_PASSWORD: "not a url hunter2" };
    const problems = await problemsOf({
      files: yaml('baseUrl: "${URL_WITH_PASSWORD}"\n'),
      request: { processEnv },
    });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
    expect(problems[0]?.what).toContain("URL_WITH_PASSWORD");
  });
});
