/** Writes a proposal as design-dna.yaml, and as custom properties. */
import type { Proposal, ProposedToken } from "./propose.ts";

const quote = (text: string) => JSON.stringify(text);
const CSS_KIND: Record<string, string> = {
  color: "color",
  spacing: "space",
  fontSize: "text",
  lineHeight: "leading",
  fontWeight: "weight",
  letterSpacing: "tracking",
  radius: "radius",
  borderWidth: "border",
  shadow: "shadow",
  fontFamily: "font",
};

/** Name of the custom property a proposed token gets. */
export const propertyOf = (kind: string, token: ProposedToken): string =>
  `--${CSS_KIND[kind] ?? kind}-${token.name}`;

function comment(token: ProposedToken): string {
  const merged = token.merged.slice(0, 4).map((one) => `${one.value} (${one.count})`);
  const more = token.merged.length > 4 ? ` and ${token.merged.length - 4} more` : "";
  return `# ${token.count} uses${merged.length > 0 ? `, with ${merged.join(", ")}${more}` : ""}`;
}

/** The YAML text. `files` and `values` say what it was learned from. */
export function toYaml(proposal: Proposal, files: number, values: number): string {
  const lines = [
    "# Design DNA proposed by `meta-orch design learn`: the values this code base already uses, named.",
    `# Learned from ${values} values in ${files} files. Rename, thin out and commit it; then the gate design-dna judges by it.`,
    "version: 1",
    "tokens:",
  ];
  for (const [kind, tokens] of Object.entries(proposal)) {
    if (!tokens || tokens.length === 0) continue;
    lines.push(`  ${kind}:`);
    for (const token of tokens) {
      const roles = token.roles.length > 0 ? `, roles: [${token.roles.join(", ")}]` : "";
      lines.push(
        `    ${quote(token.name)}: { value: ${quote(token.value)}, css: ${quote(`var(${propertyOf(kind, token)})`)}${roles} } ${comment(token)}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

/** A stylesheet that defines the tokens. */
export function toCss(proposal: Proposal): string {
  const lines = [":root {"];
  for (const [kind, tokens] of Object.entries(proposal))
    for (const token of tokens ?? []) lines.push(`  ${propertyOf(kind, token)}: ${token.value};`);
  return `${lines.join("\n")}\n}\n`;
}
