/**
 * Pairs and verdicts in the tests of oasdiff/oasdiff: a test opens two files, may change what it read by a few
 * assignments, and names the rules it expects; each rule has a level. Tests that do more than that are left out.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const ORDER = ["compatible", "warning", "breaking"];
const LEVEL = { ERR: "breaking", WARN: "warning", INFO: "compatible", NONE: "compatible" };

export function goPairs(home) {
  const folder = path.join(home, "checker");
  const files = readdirSync(folder).filter((file) => file.endsWith(".go"));
  const text = (file) => readFileSync(path.join(folder, file), "utf8");
  const levels = new Map(
    [...text("rules.go").matchAll(/Rule\((\w+Id), (\w+),/g)].map(([, id, level]) => [id, LEVEL[level]]),
  );
  const helpers = new Map();
  for (const file of files) {
    for (const [, name, sub] of text(file).matchAll(/(\w+)\s*:?=\s*dataFileFn\("([^"]+)"\)/g))
      helpers.set(name, sub);
    for (const [, name, sub] of text(file).matchAll(
      /func (\w+)\(\w+ string\) string \{\s*return fmt\.Sprintf\("\.\.\/data\/([^%"]*)%s"/g,
    ))
      helpers.set(name, sub.replace(/\/$/, ""));
  }
  const pairs = [];
  for (const file of files.filter((one) => one.endsWith("_test.go"))) {
    for (const part of text(file)
      .split(/^func /m)
      .slice(1)) {
      const name = /^(Test\w+)\(/.exec(part)?.[1];
      const pair = name ? pairOf(part, { folder, levels, helpers }) : null;
      if (pair) pairs.push({ test: name, ...pair });
    }
  }
  return merged(pairs);
}

/** One verdict for each pair: several tests look at the same two documents, each at one rule. */
function merged(pairs) {
  const byPair = new Map();
  for (const pair of pairs) {
    const key = JSON.stringify([pair.base, pair.revision]);
    const known = byPair.get(key);
    if (!known) {
      byPair.set(key, pair);
      continue;
    }
    const [grave, other] =
      ORDER.indexOf(pair.expected) > ORDER.indexOf(known.expected) ? [pair, known] : [known, pair];
    const sameLevel = grave.expected === other.expected;
    const direction = sameLevel && grave.direction !== other.direction ? null : grave.direction;
    byPair.set(key, { ...grave, direction });
  }
  return [...byPair.values()];
}

function pairOf(body, { folder, levels, helpers }) {
  const known = expectation(body, levels);
  const sides = known && sidesOf(body, helpers);
  // Whatever else is done to what was read is not replayed here.
  if (
    !sides ||
    /\(t, s[12],|[^,.] s[12]\)|\(s[12]\b(?!, s2)/.test(
      body.replace(/GetWithOperationsSourcesMap\(diff\.NewConfig\(\), s1, s2\)/g, ""),
    )
  )
    return null;
  const places = sides.map((side) => path.resolve(folder, side));
  if (!places.every((place) => existsSync(place))) return null;
  if (!/\bs[12]\.Spec\b/.test(body)) {
    const root = path.dirname(folder);
    const [base, revision] = places.map((place) => path.relative(root, place));
    return { ...known, base, revision, root };
  }
  const documents = places.map((place) => parse(readFileSync(place, "utf8")));
  return applyAssignments(body, documents) ? { ...known, base: documents[0], revision: documents[1] } : null;
}

/** What a test expects: the gravest level of the rules it names, and the direction when it looks at one check only. */
function expectation(body, levels) {
  const call = /checker\.CheckBackwardCompatibility(UntilLevel)?\(/.test(body);
  const numbered = /\bd\(t, diff\.NewConfig\(\), \d+, \d+\)/.test(body);
  if (!call && !numbered) return null;
  // Other settings, other verdicts.
  if (
    /With(?:Deprecation|Severity|OptionalCheck|Attributes|ExcludeElements|StabilityLevel)|config\.|NewConfig\(\)\.|t\.Run|for _, |requireNoChange|NotContains/.test(
      body,
    )
  )
    return null;
  const [, single] = /singleCheckConfig\(checker\.(\w+)/.exec(body) ?? [];
  const direction = /Request|Parameter/.test(single ?? "")
    ? "request"
    : /Response/.test(single ?? "")
      ? "response"
      : null;
  if (/require\.Empty\(t, errs\)|require\.Len\(t, errs, 0\)/.test(body))
    return single && !direction ? null : { expected: "compatible", direction, topic: topicOf(single) };
  const positive = body.split("\n").filter((line) => !/NotEqual|require\.False/.test(line));
  const ids = [...positive.join("\n").matchAll(/checker\.(\w+Id)\b/g)]
    .map((match) => levels.get(match[1]))
    .filter(Boolean);
  if (ids.length === 0) return null;
  const expected = ids.reduce((one, other) => (ORDER.indexOf(other) > ORDER.indexOf(one) ? other : one));
  return single && !direction && expected !== "breaking"
    ? null
    : { expected, direction, topic: topicOf(single) };
}

/** Which of our rules speak of what a single check looks at; null: any. */
function topicOf(check) {
  const topics = [
    [/Default/, /default/],
    [/Pattern/, /pattern/],
    [/ReadOnly|WriteOnly/, /read-only|write-only|writable|readable/],
    [/BecameOptional/, /optional/],
    [/NewRe/, /new-/],
    [/Enum/, /enum/],
  ];
  return topics.find(([name]) => name.test(check ?? ""))?.[1] ?? null;
}

function sidesOf(body, helpers) {
  const numbered = /\bd\(t, diff\.NewConfig\(\), (\d+), (\d+)\)/.exec(body);
  const test = (number) => `../data/openapi-test${number}.yaml`;
  if (numbered) return [test(numbered[1]), test(numbered[2])];
  const side = (name) => {
    const opened = [
      ...body.matchAll(
        new RegExp(`\\b${name}(?:, err)? :?= (?:open|loader\\.LoadFromFile)\\(([^\\n]*)\\)\\n`, "g"),
      ),
    ];
    const numberedLoad = [...body.matchAll(new RegExp(`\\b${name} :?= l\\(t, (\\d+)\\)`, "g"))];
    if (opened.length + numberedLoad.length !== 1) return null;
    if (numberedLoad.length === 1) return test(numberedLoad[0][1]);
    const [, argument] = opened[0];
    const literal = /^"([^"]+)"$/.exec(argument)?.[1];
    if (literal) return literal;
    const [, helper, inner] = /^(\w+)\("([^"]+)"\)$/.exec(argument) ?? [];
    return helpers.has(helper) ? `../data/${helpers.get(helper)}/${inner}` : null;
  };
  const sides = [side("s1"), side("s2")];
  return sides.every(Boolean) ? sides : null;
}

/** Replays assignments to the documents; false when one is not understood. */
function applyAssignments(body, [s1, s2]) {
  for (const line of body.split("\n")) {
    if (!/\bs[12]\.Spec\b/.test(line)) continue;
    const match = /^\s*(s[12])\.Spec\.(.+?) = (.+)$/.exec(line);
    if (!match) return false;
    const value = literal(match[3].trim());
    const keys = keysOf(match[2]);
    if (value === undefined || !keys) return false;
    if (!put(match[1] === "s1" ? s1 : s2, keys, value.is)) return false;
  }
  return true;
}

const NAMED = {
  Min: "minimum",
  Max: "maximum",
  OneOf: "oneOf",
  AnyOf: "anyOf",
  AllOf: "allOf",
  OperationID: "operationId",
};

function keysOf(text) {
  const keys = [];
  let rest = `.${text}`;
  while (rest !== "") {
    const quoted = /^(?:\.Value\("([^"]+)"\)|\["([^"]+)"\])/.exec(rest);
    const index = /^\[(\d+)\]/.exec(rest);
    const status = /^\.Status\((\d+)\)/.exec(rest);
    const word = /^\.(\w+)/.exec(rest);
    const match = quoted ?? index ?? status ?? word;
    if (!match) return null;
    if (quoted) keys.push(quoted[1] ?? quoted[2]);
    else if (index) keys.push(Number(index[1]));
    else if (status) keys.push(status[1]);
    else if (word[1] !== "Value" && word[1] !== "Spec")
      keys.push(NAMED[word[1]] ?? word[1][0].toLowerCase() + word[1].slice(1));
    rest = rest.slice(match[0].length);
  }
  return keys;
}

function literal(text) {
  if (text === "nil") return { is: undefined };
  if (/^(true|false|-?\d+(\.\d+)?|"[^"]*")$/.test(text)) return { is: JSON.parse(text) };
  const list = /^(?:&openapi3\.Types|\[\](?:any|string|interface\{\}))\{(.*)\}$/.exec(text);
  if (list) {
    try {
      const values = JSON.parse(`[${list[1]}]`);
      return { is: text.startsWith("&") && values.length === 1 ? values[0] : values };
    } catch {
      return undefined;
    }
  }
  const pointer = /^(?:openapi3|utils)\.\w*Ptr\((.*)\)$/.exec(text);
  return pointer ? literal(pointer[1]) : undefined;
}

function put(root, keys, value) {
  let node = root;
  const follow = (one) => {
    let here = one;
    for (let hop = 0; hop < 9 && here && typeof here.$ref === "string"; hop++)
      here = here.$ref
        .slice(2)
        .split("/")
        .reduce((holder, key) => holder?.[key], root);
    return here;
  };
  for (const key of keys.slice(0, -1)) {
    node = follow(node?.[key]);
    if (node === undefined || node === null) return false;
  }
  const last = keys.at(-1);
  if (value === undefined) delete node[last];
  else node[last] = value;
  return true;
}
