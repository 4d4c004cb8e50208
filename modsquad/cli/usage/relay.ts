/** `meta-orch relay`: what can be typed, and what it means. */
import type { Result } from "../../contracts/config.ts";
import type { OptionTable } from "../option-parser.ts";
import { type Elsewhere, Options, type Usage } from "./options.ts";

export interface RelayArguments {
  /** --repo: folders to follow; empty = this one. */
  repos: string[];
  env?: string;
  /** 0 = a free one. */
  port: number;
  host: string;
  allowControl: boolean;
  allowRemote: boolean;
  /** --name: names this relay may be called by. */
  names: string[];
  json: boolean;
}

const options: OptionTable = {
  repo: { kind: "list" },
  env: { kind: "text" },
  port: { kind: "count", min: 0, max: 65_535 },
  host: { kind: "text" },
  name: { kind: "list" },
  "allow-control": { kind: "flag" },
  "allow-remote": { kind: "flag" },
  json: { kind: "flag" },
  "no-color": { kind: "flag" },
};

export function parseRelayArguments(argv: readonly string[], elsewhere?: Elsewhere): Result<RelayArguments> {
  const typed = new Options(argv, options, elsewhere);
  typed.noWords("relay");
  return typed.result({
    repos: typed.list("repo"),
    env: typed.text("env"),
    port: typed.number("port") ?? 0,
    host: typed.text("host") ?? "127.0.0.1",
    allowControl: typed.flag("allow-control"),
    allowRemote: typed.flag("allow-remote"),
    names: typed.list("name"),
    json: typed.flag("json"),
  });
}

export const RELAY: Usage<RelayArguments> = {
  name: "relay",
  summary: "follow runs of many repositories: web page, WebSocket, metrics",
  group: "Look",
  options,
  parse: parseRelayArguments,
  help: () => `meta-orch relay: follow the runs of one or many repositories

Usage
  meta-orch relay [--repo PATH...] [options]

Options
  --repo PATH...        repositories to follow (default: this one)
  --allow-control       pass requests on to running engines: pause, resume, stop, run a gate again
  --port N              listen on this port (default: a free one)
  --host HOST           listen on this address (default 127.0.0.1: only this machine gets in)
  --allow-remote        needed for any other --host: other machines get in, without encryption
  --name NAME...        names the relay may be called by beside its address
  --env NAME            environment whose channels get messages
  --json                print address, token and process id as JSON
  --no-color            accepted, as everywhere

The page asks for the token once, in the address that is printed. META_ORCH_RELAY_TOKEN sets the
token, for programs that must know it beforehand. Channels in the config get a message when a
repository becomes blocked, becomes safe again, or its run crashes.

Examples
  meta-orch relay
  meta-orch relay --repo ../shop ../billing --port 7070
  meta-orch relay --allow-control

Exit codes
  130 143  ended, as it should be    2  it could not listen, or was not understood
`,
};
