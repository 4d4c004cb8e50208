/** The pages about the config: one per key, and every example on them is a config that loads. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../modsquad/config/load.ts";
import { CONFIG_NAMES } from "../../modsquad/config/root.ts";
import schema from "../../schema/config.schema.json" with { type: "json" };
import { folderWith } from "./temporary.ts";

const FOLDER = "docs/configuration";
const KEYS = Object.keys(schema.properties).filter((key) => key !== "$schema");

interface Example {
  page: string;
  language: string;
  text: string;
}

const examples: Example[] = readdirSync(FOLDER).flatMap((page) =>
  [...readFileSync(`${FOLDER}/${page}`, "utf8").matchAll(/```(yaml|json)\n([\s\S]*?)```/g)].map((match) => ({
    page,
    language: match[1]!,
    text: match[2]!,
  })),
);

/** The name of the file an example stands in. */
function fileOf({ page, language }: Example): string {
  if (page === "waivers.md") return "modsquad.waivers.yaml";
  if (page === "baseline.md") return "modsquad.baseline.json";
  return `modsquad.config.${language}`;
}

describe("the configuration pages", () => {
  it.each(KEYS)("explain %s, linked from the overview", (key) => {
    expect(existsSync(`${FOLDER}/${key}.md`)).toBe(true);
    expect(readFileSync(`${FOLDER}/${key}.md`, "utf8")).toMatch(new RegExp(`^# ${key}\n`));
    expect(readFileSync(`${FOLDER}/README.md`, "utf8")).toContain(`[${key}](${key}.md)`);
    expect(examples.some(({ page }) => page === `${key}.md`)).toBe(true);
  });

  it.each(examples.map((example) => [example.page, example] as const))(
    "give an example that loads (%s)",
    async (_page, example) => {
      const cwd = folderWith({ [fileOf(example)]: example.text });
      const processEnv = { PREVIEW_URL: "https://preview.example.com" };
      for (const env of ["workstation", "ci"]) {
        const loaded = await loadConfig({ cwd, mode: "full", env, processEnv });
        expect(loaded.ok ? [] : loaded.problems).toEqual([]);
      }
    },
  );

  it("name every kind of config file", () => {
    const overview = readFileSync(`${FOLDER}/README.md`, "utf8");
    for (const name of CONFIG_NAMES) expect(overview).toContain(name.replace("modsquad.config", ""));
  });

  it.each([
    ["run.md", schema.$defs.run.properties],
    ["gates.md", schema.$defs.commandGate.properties],
    ["risk.md", schema.$defs.policy.properties],
    ["risk.md", schema.$defs.risk.properties],
  ])("name every key there is (%s)", (page, properties) => {
    const text = readFileSync(`${FOLDER}/${page}`, "utf8");
    for (const key of Object.keys(properties)) expect(text).toContain(`\`${key}\``);
  });
});
