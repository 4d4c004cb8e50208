// A long proof in pieces: PROVE_KEEP=FOLDER keeps each answer there, PROVE_MINUTES=N stops after so long, and the next
// start takes up what is left. Without them everything is done at once and nothing kept.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

const { PROVE_KEEP, PROVE_MINUTES } = process.env;
const END = PROVE_MINUTES ? Date.now() + Number(PROVE_MINUTES) * 60_000 : Number.POSITIVE_INFINITY;
const AT_ONCE = 6;

function keptIn(file) {
  if (!file || !existsSync(file)) return new Map();
  // A line a kill has cut short is done again.
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("]"));
  return new Map(lines.map((line) => JSON.parse(line)));
}

/**
 * The answers to all items, in their order, several at a time.
 * @param idOf what an item is called, different for each
 * @param answerOf resolves to something JSON can hold; never rejects
 * @returns the answers so far and how many items are left
 */
export async function inPieces(name, items, idOf, answerOf) {
  if (PROVE_KEEP) mkdirSync(PROVE_KEEP, { recursive: true });
  const file = PROVE_KEEP ? path.join(PROVE_KEEP, `${name}.jsonl`) : null;
  const answers = keptIn(file);
  const open = items.filter((item) => !answers.has(idOf(item)));
  let next = 0;
  const work = async () => {
    while (next < open.length && Date.now() < END) {
      const item = open[next++];
      const answer = await answerOf(item);
      answers.set(idOf(item), answer);
      if (file) appendFileSync(file, `${JSON.stringify([idOf(item), answer])}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const done = items.filter((item) => answers.has(idOf(item)));
  return { answers: done.map((item) => answers.get(idOf(item))), left: items.length - done.length };
}
