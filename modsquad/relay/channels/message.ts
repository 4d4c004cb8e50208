/** A transition in the words and within the limits of each service. Nothing in it can mention or link by accident. */
import { createHmac } from "node:crypto";
import type { Channel } from "./config.ts";
import type { Standing, Transition } from "./transition.ts";

export interface Outgoing {
  body: string;
  headers: Record<string, string>;
}

/** Slack: a section has at most 3,000 characters. */
const SLACK_TEXT = 2900;
/** Teams: 28 KB in all. */
const TEAMS_BYTES = 26_000;
/** Discord: 256 of a title, 4,096 of a description, 1,024 of a field, 6,000 in all. */
const DISCORD = { title: 250, description: 3000, field: 1000 };

const WORDS: Record<Standing, string> = {
  blocked: "is BLOCKED",
  safe: "is safe to ship again",
  crashed: "could not be checked: its run crashed",
};
const COLORS: Record<Standing, number> = { blocked: 0xb3261e, safe: 0x15703f, crashed: 0x6a4bb0 };

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function titleOf({ repository, branch, to }: Transition): string {
  return `${repository}${branch ? ` (${branch})` : ""} ${WORDS[to]}`;
}

function linesOf(transition: Transition, repeat: boolean): string[] {
  const { text, riskPct, targetPct, mode, env, commit, runId, gates, id } = transition;
  const risk =
    riskPct === null ? "risk rate unknown" : `risk rate ${riskPct.toFixed(2)} %, target ${targetPct} %`;
  return [
    text,
    `${risk}; ${mode}, ${env}${commit ? `, commit ${commit.slice(0, 10)}` : ""}`,
    ...gates.map((gate) => `- ${gate.id}: ${gate.word}${gate.reason ? `, ${clip(gate.reason, 200)}` : ""}`),
    `run ${runId}, message ${id.slice(0, 12)}${repeat ? " (may be a repeat: the relay ended while it was sending)" : ""}`,
  ];
}

/** What Slack would read as a mention, a link or a reference. */
const slackText = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function forSlack(transition: Transition, repeat: boolean): object {
  const title = clip(slackText(titleOf(transition)), 290);
  const text = clip(slackText(linesOf(transition, repeat).join("\n")), SLACK_TEXT);
  return {
    text: title,
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: `*${title}*` } },
      { type: "section", text: { type: "plain_text", text, emoji: false } },
    ],
  };
}

function forTeams(transition: Transition, repeat: boolean): object {
  const block = (text: string, more: object = {}) => ({ type: "TextBlock", wrap: true, text, ...more });
  const lines = linesOf(transition, repeat).map((line) => clip(line, 1000));
  while (Buffer.byteLength(lines.join("")) > TEAMS_BYTES - 4000) lines.splice(-2, 1);
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      block(clip(titleOf(transition), 500), { weight: "Bolder", size: "Medium" }),
      ...lines.map((line) => block(line.replaceAll(/([[\]*_`])/g, "\\$1"))),
    ],
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
}

function forDiscord(transition: Transition, repeat: boolean): object {
  return {
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: clip(titleOf(transition), DISCORD.title),
        description: clip(
          linesOf(transition, repeat)
            .join("\n")
            .replaceAll(/([*_`~|[\]\\])/g, "\\$1"),
          DISCORD.description,
        ),
        color: COLORS[transition.to],
        timestamp: transition.at,
      },
    ],
  };
}

/** CloudEvents 1.0, structured. */
function forWebhook({ key: _key, ...data }: Transition): object {
  return {
    specversion: "1.0",
    id: data.id,
    source: `meta-orch:${encodeURIComponent(data.repository)}`,
    type: `meta-orch.status.${data.to}`,
    subject: data.branch ?? data.repository,
    time: data.at,
    datacontenttype: "application/json",
    data,
  };
}

/** Signature over "id.timestamp.body", as Standard Webhooks has it. */
function signed(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const digest = createHmac("sha256", secret).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": `v1,${digest}` };
}

const FORMATS = { slack: forSlack, teams: forTeams, discord: forDiscord };

/** `nowMs` milliseconds since the epoch; `repeat`: it may have arrived before. */
export function messageFor(
  channel: Channel,
  transition: Transition,
  repeat: boolean,
  nowMs: number,
): Outgoing {
  if (channel.type !== "webhook") {
    const body = JSON.stringify(FORMATS[channel.type](transition, repeat));
    return { body, headers: { "content-type": "application/json" } };
  }
  const body = JSON.stringify(forWebhook(transition));
  const headers = {
    "content-type": "application/cloudevents+json",
    "idempotency-key": transition.id,
    ...(channel.secret && signed(channel.secret, transition.id, Math.floor(nowMs / 1000), body)),
  };
  return { body, headers };
}
