/**
 * The hooks as shell text. They answer "this was already judged green" themselves, because starting Node costs
 * ten times what a whole git commit does; for everything else they start the built program directly.
 */

/** First words of every file of ours: how install, uninstall and status know them. */
export const MARK = "# meta-orch hook";

export interface ScriptFacts {
  /** Absolute path of dist/meta-orch.js. */
  program: string;
  /** Absolute path of a node binary, for shells where none is on PATH. */
  node: string;
  /** Folder judged, relative to the work tree's top; "" = the top. */
  folder: string;
  /** What ran here before, as shell text that expands to its path. */
  before: string;
  /** How stat tells files apart, such as "-L -c %n:%i:%s:%.Y:%.Z"; null = no fast path on this system. */
  stat: string | null;
}

/** A word for sh, whatever it holds. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const head = (name: string, facts: ScriptFacts) => `#!/bin/sh
${MARK}: ${name}
# Written by "meta-orch hook install", taken away by "meta-orch hook uninstall". MODSQUAD=0 skips it once.
program=${quote(facts.program)}
folder=${quote(facts.folder)}
before=${facts.before}
`;

/** A skip leaves one line in the journal's form; everything in it but the time and the user's branch is constant. */
const skip = (name: string) => `
if [ "\${MODSQUAD-}" = 0 ]; then
  logs=\${folder:+$folder/}modsquad/logs
  now=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
  {
    mkdir -p "$logs"
    [ -e "$logs/.gitignore" ] || printf '%s\\n' '# Written at run time by meta-orch. Only the README is kept.' '*' '!README.md' >"$logs/.gitignore"
    printf '${skipLine(name)}\\n' "$now" "$now" "$now" "$$" >>"$logs/hook_skips.jsonl"
  } || echo "meta-orch: the skip could not be written to $logs" >&2
  echo "meta-orch: ${name} skipped (MODSQUAD=0): nothing was checked" >&2
  exit 0
fi
`;

function skipLine(name: string): string {
  const record = {
    ts: "%s",
    task_id: "meta-orchestrator",
    agent: "meta-orchestrator",
    phase: "RUN",
    description: `The ${name} hook was skipped`,
    status: "skipped",
    start_time: "%s",
    end_time: "%s",
    duration_seconds: 0,
    dependencies: [],
    errors: [],
    warnings: ["MODSQUAD=0: nothing was checked"],
    metrics: { hook: name },
    kind: "run",
    run_id: "skipped-%s",
    seq: 0,
    attempt: 1,
    tier: 0,
    worker: "local",
    checks: [],
    findings: [],
  };
  return JSON.stringify(record);
}

/**
 * What decides the verdict, as text: the tree before, the index, the day (waivers expire), and what the last run
 * wrote to "watch": the files and variables beside the index that it read. The index is known by its file, as
 * stat tells it, or else by its difference from the tree before. Known texts are kept by that tree, as shell
 * that compares: reading them starts no process. A command that fails makes a text that was never seen.
 */
const fastPath = (stat: string) => `
newline='
'
where=$(TZ=UTC0 git rev-parse --git-dir 'HEAD^{tree}' --since=midnight 2>/dev/null) || where=
gitdir=\${where%%"$newline"*}
state=$gitdir/meta-orch
known=\${where#*"$newline"}
known=$state/green/\${known%%"$newline"*}
index=\${GIT_INDEX_FILE:-$gitdir/index}
watched() { stat ${stat} -- "$index" "$@"; }
look() {
  beside=$(. "$state/watch" 2>/dev/null)
  by_file=
  case "$beside" in
    "$index":*)
      by_file="$where$newline$beside"
      beside=\${beside#*"$newline"}
      ;;
  esac
}
difference() {
  by_difference="$where$newline$beside$newline$(
    git diff-index --cached --no-renames --ignore-submodules=none HEAD 2>/dev/null || date +%s%N
  )"
}
judged() {
  green=
  now=$1
  [ -n "$now" ] && [ -f "$known" ] && . "$known"
  [ -n "$green" ]
}
by_difference=
if [ -n "$where" ] && [ -f "$state/watch" ]; then
  look
  if judged "$by_file" || { difference && judged "$by_difference"; }; then
    echo "meta-orch: already judged, nothing has changed since"
    exit 0
  fi
fi
export META_ORCH_HOOK="$state"
`;

/** Remembered only when nothing that decides has changed while it ran. */
const rememberGreen = `
if [ -n "$by_difference" ] && [ -f "$state/watch" ]; then
  then=$by_difference
  look
  difference
  [ "$then" = "$by_difference" ] || exit 0
  mkdir -p "$state/green"
  for text in "$by_file" "$by_difference"; do
    [ -n "$text" ] || continue
    text=$(printf '%s\\n' "$text" | sed "s/'/'\\\\\\\\''/g")
    printf '[ "$now" = '\\''%s'\\'' ] && green=1\\n' "$text" >>"$known"
  done
fi
exit 0
`;

const start = (facts: ScriptFacts, what: string) => `
node=$(command -v node) || node=${quote(facts.node)}
[ -f "$program" ] || program=node_modules/meta-orch/dist/meta-orch.js
if ! [ -f "$program" ] || ! [ -x "$node" ]; then
  {
    if [ -x "$node" ]; then echo "meta-orch: ${what} was not checked: "${quote(facts.program)}" is gone"
    else echo "meta-orch: ${what} was not checked: node is not on PATH, and "${quote(facts.node)}" is gone"; fi
    echo "  next: install meta-orch again, then run: npx meta-orch hook install"
    echo "  to go on without it once: MODSQUAD=0; for good: npx meta-orch hook uninstall, or delete $0"
  } >&2
  exit 1
fi
`;

/** Runs before each commit. What was here before goes first: it may still change what is staged. */
export function preCommitScript(facts: ScriptFacts): string {
  return [
    head("pre-commit", facts),
    `if [ -x "$before" ]; then "$before" "$@" || exit $?; fi\n`,
    skip("pre-commit"),
    facts.stat === null ? "\nexport META_ORCH_HOOK=\n" : fastPath(facts.stat),
    start(facts, "the commit"),
    `"$node" "$program" --mode quick \${folder:+--repo "$folder"} || exit $?\n`,
    facts.stat === null ? "" : rememberGreen,
  ].join("");
}

/** Runs before each push: judges the commits that the other side does not have. */
export function prePushScript(facts: ScriptFacts): string {
  return [
    head("pre-push", facts),
    "refs=$(cat)\n",
    `if [ -x "$before" ]; then printf '%s\\n' "$refs" | "$before" "$@" || exit $?; fi\n`,
    skip("pre-push"),
    start(facts, "the push"),
    `printf '%s\\n' "$refs" | "$node" "$program" hook pushed "$@" \${folder:+--repo "$folder"}\n`,
  ].join("");
}

/** A hook we have nothing to say in, in a folder of ours that stands in for another one. */
export function passThroughScript(name: string, before: string): string {
  return `#!/bin/sh
${MARK}: ${name}, passed through
before=${before}
if [ -x "$before" ]; then exec "$before" "$@"; fi
`;
}
