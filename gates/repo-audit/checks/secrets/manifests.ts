/** Credentials that only their file makes one: Kubernetes secrets, Terraform passwords. */
import { isYaml } from "../../paths.ts";
import type { GenericMatch } from "./generic.ts";
import { entropy, isReference, looksSecret, STAND_IN } from "./judge.ts";
import { looksPassword } from "./passwords.ts";
import { isPublic } from "./rules.ts";

const KIND = /^[ \t]*kind:[ \t]*["']?secret["']?[ \t]*\r?$/im;
const DATA = /^([ \t]*)(data|stringData):[ \t]*\r?\n/gm;
const ENTRY =
  /^[ \t]*([\w.-]+):[ \t]*(?:[|>][-+]?[ \t]*\r?\n[ \t]+)?["']?([A-Za-z0-9+/=]{8,20000})["']?[ \t]*(?:#.*)?\r?$/dgm;

/** Where the block below a key ends: at the first line that is indented no deeper than the key. */
function blockEnd(text: string, from: number, indent: string): number {
  const deeper = new RegExp(`(?:${indent}[ \\t]+[^\\n]*|[ \\t]*)(?:\\n|$)`, "y");
  let at = from;
  while (at < text.length) {
    deeper.lastIndex = at;
    if (!deeper.test(text) || deeper.lastIndex === at) break;
    at = deeper.lastIndex;
  }
  return at;
}

/** Values of a Secret that is written out: base 64 hides nothing. */
function kubernetesSecrets(text: string): GenericMatch[] {
  if (!KIND.test(text)) return [];
  const found: GenericMatch[] = [];
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf("\n---", start);
    const end = next === -1 ? text.length : next + 1;
    const document = text.slice(start, end);
    if (KIND.test(document)) found.push(...valuesOf(document, start));
    start = next === -1 ? text.length : next + 4;
  }
  return found;
}

/** What everybody may have: a public key, a certificate. */
const PUBLIC = /^(?:-----BEGIN (?:\w+ )?(?:PUBLIC KEY|CERTIFICATE)-----|(?:ssh|ecdsa)-[\w@.-]+ AAAA)/;

/** What base 64 hides: public, too short to matter, or marked as no real value. */
function isStandIn(text: string): boolean {
  const decoded = Buffer.from(text, "base64").toString("latin1").trim();
  if (PUBLIC.test(decoded)) return true;
  return decoded.length < 5 || (/^[\w./+=-]+$/.test(decoded) && STAND_IN.test(decoded));
}

function valuesOf(document: string, offset: number): GenericMatch[] {
  const found: GenericMatch[] = [];
  for (const data of document.matchAll(DATA)) {
    const from = data.index + data[0].length;
    const block = document.slice(from, blockEnd(document, from, data[1]!));
    for (const match of block.matchAll(ENTRY)) {
      const secret = match[2]!;
      if (entropy(secret) < 2 || isReference(secret) || isStandIn(secret)) continue;
      const [begin, end] = match.indices![2]!;
      const at = offset + from;
      found.push({
        kind: "kubernetes-secret",
        name: match[1]!,
        secret,
        start: at + begin,
        end: at + end,
      });
    }
  }
  return found;
}

const TERRAFORM =
  /^[ \t]*((?:\w*_)?password)[ \t]*=[ \t]*"([A-Za-z0-9!@#%^&*_=-]{8,40})"[ \t]*(?:#.*)?\r?$/dgim;

/** `variable "api_token" { default = "…" }`: what is used unless somebody says otherwise. */
const VARIABLE =
  /^[ \t]*variable[ \t]+"(\w*(?:password|passwd|secret|token|api_?key|access_?key|private_?key))"[ \t]*\{[^{}]{0,400}?\bdefault[ \t]*=[ \t]*"([^"\s$]{8,200})"/dgim;

function terraformDefaults(text: string): GenericMatch[] {
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(VARIABLE)) {
    const secret = match[2]!;
    if (!looksSecret(secret) && !(/passw/i.test(match[1]!) && looksPassword(secret))) continue;
    const [start, end] = match.indices![2]!;
    found.push({ kind: "terraform-password", name: match[1]!, secret, start, end });
  }
  return found;
}

function terraformPasswords(text: string): GenericMatch[] {
  const found = terraformDefaults(text);
  for (const match of text.matchAll(TERRAFORM)) {
    const secret = match[2]!;
    if (entropy(secret) < 2 || /^(changeme|password|x+)$/i.test(secret)) continue;
    const [start, end] = match.indices![2]!;
    found.push({ kind: "terraform-password", name: match[1]!, secret, start, end });
  }
  return found;
}

const NUGET =
  /<add\s+key="((?:ClearText)?Password)"\s+value="([^"%\r\n][^"\r\n]{7,200}|%[^"\r\n]{7,200}[^%"])"/dgi;

/** Passwords of package feeds: in this file clear text is what is used. */
function feedPasswords(text: string): GenericMatch[] {
  const found: GenericMatch[] = [];
  for (const match of text.matchAll(NUGET)) {
    if (entropy(match[2]!) < 1 || isPublic(match[2]!)) continue;
    const [start, end] = match.indices![2]!;
    found.push({ kind: "feed-password", name: match[1]!, secret: match[2]!, start, end });
  }
  return found;
}

export function findInManifests(path: string, text: string): GenericMatch[] {
  if (isYaml(path)) return kubernetesSecrets(text);
  if (/(^|\/)nuget\.config$/i.test(path)) return feedPasswords(text);
  return /\.(tf|hcl)$/i.test(path) ? terraformPasswords(text) : [];
}
