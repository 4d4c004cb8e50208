/** The `channels:` of a repository's config, with their secrets filled in only now that messages may be sent. */
import { resolveSection } from "../../config/load.ts";
import type { Problem, ResolvedConfig } from "../../contracts/config.ts";
import { didYouMean } from "../../suggest.ts";

export const CHANNEL_TYPES = ["webhook", "slack", "teams", "discord"] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

export interface Channel {
  name: string;
  type: ChannelType;
  url: URL;
  /** Signs what goes to a webhook. */
  secret?: string;
}

/** Where each service takes messages: an address elsewhere is a mistake, or somebody else's idea. */
const HOSTS: Partial<Record<ChannelType, RegExp>> = {
  slack: /^hooks\.slack(-gov)?\.com$/,
  teams: /(^|\.)(logic\.azure\.com|powerplatform\.com|powerautomate\.com|webhook\.office\.com)$/,
  discord: /^(ptb\.|canary\.)?discord(app)?\.com$/,
};

/** This machine: for proxies and for tests, without encryption too. */
const isLocal = ({ hostname }: URL) => hostname === "localhost" || /^127\.|^\[::1\]$/.test(hostname);

function urlOf(text: unknown): URL | null {
  try {
    const url = new URL(String(text));
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

function channelOf(name: string, value: Record<string, unknown>): Channel | { what: string; next: string } {
  const type = value.type as ChannelType;
  if (!CHANNEL_TYPES.includes(type)) {
    const next = `${didYouMean(String(value.type), CHANNEL_TYPES)}Write one of ${CHANNEL_TYPES.join(", ")}.`;
    return { what: `channels.${name}.type is no channel this version knows`, next };
  }
  const url = urlOf(value.url);
  if (!url)
    return { what: `channels.${name}.url is no http or https address`, next: "Write the whole address." };
  if (!isLocal(url)) {
    if (url.protocol !== "https:") {
      const next = "Use https: the address itself is a secret.";
      return { what: `channels.${name}.url is not encrypted`, next };
    }
    const hosts = HOSTS[type];
    if (hosts && !hosts.test(url.hostname)) {
      const next = `Use the address the service gave you, or type: webhook for a server of your own.`;
      return { what: `channels.${name}.url is no address of ${type}`, next };
    }
  }
  return { name, type, url, ...(typeof value.secret === "string" && { secret: value.secret }) };
}

/** The channels that can be used, and what is wrong with the others. No message holds an address. */
export function channelsOf(
  config: ResolvedConfig,
  env: NodeJS.ProcessEnv,
): { channels: Channel[]; problems: Problem[] } {
  const channels: Channel[] = [];
  const problems: Problem[] = [];
  const section = resolveSection(config, "channels", env);
  if (!section.ok) return { channels, problems: section.problems };
  for (const [name, value] of Object.entries(section.value ?? {})) {
    const channel = channelOf(name, value as Record<string, unknown>);
    if ("what" in channel) problems.push({ ...channel, where: config.file ?? "channels" });
    else channels.push(channel);
  }
  return { channels, problems };
}
