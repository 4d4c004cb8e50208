/** Gate `design-dna`: one design system, checked in every file that paints. */
import { defineGate } from "../../modsquad/contracts/gate.ts";
import { API_VERSION, type Mode } from "../../modsquad/contracts/words.ts";
import { CHECK_IDS, OPTIONS_SCHEMA, readOptions } from "./options.ts";
import { VERSION } from "./version.ts";

const BOTH: Mode[] = ["quick", "full"];
const MINUTES = 60_000;

export default defineGate({
  apiVersion: API_VERSION,
  id: "design-dna",
  version: VERSION,
  title: "Design DNA",
  summary: "Every colour, distance, type size, radius and shadow comes from the product's own design.",
  agent: "design-warden",
  areas: ["frontend"],
  tier: 2,
  needs: [],
  locks: [],
  timeoutMs: 2 * MINUTES,
  retry: { attempts: 1, backoffMs: 500, on: ["errored"] },
  env: [],
  defectClasses: {},
  checks: Object.fromEntries(CHECK_IDS.map((id) => [id, BOTH])),
  options: OPTIONS_SCHEMA,
  reportName: "design_dna",
  async detect(repo) {
    const { detect } = await import("./detect.ts");
    return detect(repo);
  },
  inputs(options) {
    const { sources, dna } = readOptions(options);
    return [
      "**/*.{css,pcss,postcss,scss,less,tsx,jsx,ts,js,mjs,cjs,mts,cts,vue,svelte,html,htm,astro,json,tokens}",
      // Other languages may name a token; dead-tokens reads them.
      "**/*.{php,erb,twig,hbs,handlebars,ejs,liquid,njk,pug,haml,slim,cshtml,razor,blade,jsp,mdx,py,rb,go,rs,java,kt,swift,dart,ex,heex,elm,sass,styl,yaml,yml,svg}",
      "**/design-dna.{yaml,yml}",
      ...sources,
      ...(dna ? [dna] : []),
    ];
  },
  async run(context) {
    const { run } = await import("./run.ts");
    return run(context);
  },
  async fix(context, findings) {
    const { fixes } = await import("./fix.ts");
    return fixes(context, findings);
  },
  commands: [
    {
      name: "design learn",
      summary: "Proposes a DNA from what the code base paints, and writes design-dna.yaml",
      async run(args, cwd) {
        const { learnCommand } = await import("./learn/command.ts");
        return learnCommand(args, cwd);
      },
    },
    {
      name: "design triage",
      summary: "Says which files to migrate first, split into shares of equal work (--shards N)",
      async run(args, cwd) {
        const { triageCommand } = await import("./triage-command.ts");
        return triageCommand(args, cwd);
      },
    },
  ],
});
