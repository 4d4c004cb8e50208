// De-tokenised design systems: how many uses are found again, and whether the right token is proposed; and
// @primer/css as published: how many of its maintainers' own waivers are found. Installs from the registry.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { contextFor, load, temporary } from "./lib/design-dna.mjs";
import { detokenise } from "./lib/detokenise.mjs";

export const title = "design-dna: de-tokenised design systems, and the waivers of @primer/css";

const VALUE_CHECKS = ["palette", "typography", "spacing", "radius-shadow"];
/** name, package, folder with its styles, and the packages its tokens come from. */
const SYSTEMS = [
  {
    name: "@primer/css, compiled",
    packages: ["@primer/css@22.3.2", "@primer/primitives@11.10.0"],
    styles: "@primer/css/dist",
    gated: true,
  },
  { name: "@primer/css, SCSS", packages: [], styles: "@primer/css", skip: /^dist\// },
  { name: "@shopify/polaris", packages: ["@shopify/polaris@13.9.5"], styles: "@shopify/polaris/build/esm" },
  { name: "@radix-ui/themes", packages: ["@radix-ui/themes@3.2.1"], styles: "@radix-ui/themes/src" },
];

function styleFiles(folder, base = folder, found = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) styleFiles(path, base, found);
    else if (/\.(?:css|scss)$/.test(entry.name) && !entry.name.includes(".min."))
      found.push(path.slice(base.length + 1));
  }
  return found.sort();
}

/** Copies the style files of a package into a repository of their own; node_modules stays beside it. */
function repositoryOf(modules, system) {
  const root = join(temporary("dna"), "repository");
  mkdirSync(root, { recursive: true });
  cpSync(modules, join(root, "node_modules"), { recursive: true });
  const from = join(modules, system.styles);
  const manifest = join(modules, system.styles.split("/").slice(0, 2).join("/"), "package.json");
  cpSync(manifest, join(root, "package.json"));
  for (const path of styleFiles(from)) {
    if (system.skip?.test(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(from, path), join(root, path));
  }
  return root;
}

const judgeWith = async (tools, root, options = {}) => {
  const context = contextFor(tools.index.default, root, {
    checks: VALUE_CHECKS,
    options: { waiverComments: "ignore", ...options },
  });
  return await tools.repository.judgeRepository(context, tools.options.readOptions(context.options), null);
};

const plain = (roles) => roles.filter((role) => role !== "brand" && role !== "danger");

/** A proposal is right when it is the token that stood there, or equal to it and fit for the place. */
function isRight(tools, dna, site, name) {
  if (name === site.name) return true;
  const [token, old] = [dna.get(name), dna.get(site.name)];
  if (
    !token ||
    !old ||
    tools.values.valueKey(token.values[""] ?? "") !== tools.values.valueKey(old.values[""] ?? "")
  )
    return false;
  const use = tools.properties.propertyUse(site.prop);
  if (token.category !== "color")
    return token.category === old.category || (use?.categories.includes(token.category) ?? false);
  const [own, before] = [plain(token.roles), plain(old.roles)];
  return (
    own.length === 0 || before.length === 0 || own.some((role) => before.includes(role) || role === use?.role)
  );
}

async function measure(tools, root) {
  const before = await judgeWith(tools, root);
  const { dna, resolver } = before.world.built;
  const changed = new Map();
  for (const file of before.files) {
    if (file.kind !== "css" && file.kind !== "scss") continue;
    const text = readFileSync(join(root, file.path), "utf8");
    const result = detokenise(text, file.kind, tools.css.scanCss, dna, resolver);
    writeFileSync(join(root, file.path), result.text);
    changed.set(file.path, result);
  }
  const known = new Set(before.issues.map((issue) => `${issue.path} ${issue.prop} ${issue.value}`));
  const after = await judgeWith(tools, root);
  const byPath = new Map();
  for (const issue of after.issues) byPath.set(issue.path, [...(byPath.get(issue.path) ?? []), issue]);
  const tokens = new Map(dna.tokens.map((token) => [token.name, token]));
  const total = { sites: 0, found: 0, first: 0, three: 0, untouched: 0, flagged: 0, newly: 0 };
  for (const [path, { sites, declarations }] of changed) {
    const issues = byPath.get(path) ?? [];
    for (const site of sites) {
      total.sites += 1;
      const own = issues.filter((issue) => issue.start < site.end && issue.end > site.start);
      if (own.length === 0) continue;
      total.found += 1;
      const candidates = (own.find((issue) => issue.candidates.length > 0) ?? own[0]).candidates;
      if (candidates[0] && isRight(tools, tokens, site, candidates[0].token)) total.first += 1;
      if (
        own.some((issue) =>
          issue.candidates.slice(0, 3).some((one) => isRight(tools, tokens, site, one.token)),
        )
      )
        total.three += 1;
    }
    for (const declaration of declarations) {
      if (declaration.touched) continue;
      total.untouched += 1;
      const own = issues.filter((issue) => issue.start < declaration.end && issue.end > declaration.start);
      if (own.length > 0) total.flagged += 1;
      if (own.some((issue) => !known.has(`${path} ${issue.prop} ${issue.value}`))) total.newly += 1;
    }
  }
  return total;
}

const WAIVED = /stylelint-disable-next-line\s+(.*?)(?:\*\/)?\s*$/;
const DESIGN_RULE = /primer\/(?:typography|spacing|borders|colors|box-shadow)/;

/** The maintainers' waived properties: found, and how many of the others are flagged. */
async function waivers(tools, root) {
  const judged = await judgeWith(tools, root, { exclude: ["dist/**"] });
  const total = { waived: 0, found: 0, others: 0, flagged: 0 };
  for (const file of judged.files) {
    if (file.kind !== "scss") continue;
    const text = readFileSync(join(root, file.path), "utf8");
    const lines = text.split("\n");
    const issues = judged.issues.filter((issue) => issue.path === file.path);
    for (const one of tools.css.scanCss(text, "scss").declarations) {
      if (/^(?:\$|--)/.test(one.prop)) continue;
      const line = text.slice(0, one.from).split("\n").length;
      const rules = (WAIVED.exec(lines[line - 2] ?? "")?.[1] ?? "").trim();
      const hit = issues.some((issue) => issue.start >= one.from && issue.end <= one.to);
      if (/^primer\/[\w-]+$/.test(rules) && DESIGN_RULE.test(rules)) {
        total.waived += 1;
        if (hit) total.found += 1;
      } else if (
        !DESIGN_RULE.test(rules) &&
        !DESIGN_RULE.test(/stylelint-disable-line\s+(.*)/.exec(lines[line - 1] ?? "")?.[1] ?? "")
      ) {
        total.others += 1;
        if (hit) total.flagged += 1;
      }
    }
  }
  return total;
}

const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

export async function run() {
  const tools = await load({
    index: "gates/design-dna/index.ts",
    repository: "gates/design-dna/judge-repository.ts",
    options: "gates/design-dna/options.ts",
    css: "gates/design-dna/scan/css.ts",
    values: "gates/design-dna/values.ts",
    properties: "gates/design-dna/properties.ts",
  });
  const lines = [];
  let ok = true;
  const home = temporary("packages");
  try {
    const packages = SYSTEMS.flatMap((system) => system.packages);
    execFileSync(
      "npm",
      [
        "install",
        "--prefix",
        home,
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--legacy-peer-deps",
        ...packages,
      ],
      { stdio: "pipe" },
    );
    const modules = join(home, "node_modules");
    for (const system of SYSTEMS) {
      const root = repositoryOf(modules, system);
      const total = await measure(tools, root);
      lines.push(
        `${system.name}: ${total.sites} uses replaced, found ${percent(total.found, total.sites)}, right token first ${percent(total.first, total.sites)}, in the first three ${percent(total.three, total.sites)}; of ${total.untouched} untouched declarations ${percent(total.newly, total.untouched)} newly flagged (${percent(total.flagged, total.untouched)} hold a literal of their own)`,
      );
      if (system.gated) {
        const holds =
          total.found >= 0.98 * total.sites &&
          total.first >= 0.85 * total.sites &&
          total.three >= 0.97 * total.sites &&
          total.newly <= 0.01 * total.untouched;
        ok &&= holds;
      }
      rmSync(dirname(root), { recursive: true, force: true });
    }
    const root = repositoryOf(modules, { styles: "@primer/css", skip: /^dist\// });
    const total = await waivers(tools, root);
    lines.push(
      `@primer/css as published: ${total.found} of ${total.waived} waived properties found (${percent(total.found, total.waived)}), ${total.flagged} of ${total.others} others flagged (${percent(total.flagged, total.others)})`,
    );
    ok &&= total.found >= 0.8 * total.waived && total.flagged <= 0.02 * total.others;
    rmSync(dirname(root), { recursive: true, force: true });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return { ok, lines };
}
