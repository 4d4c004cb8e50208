import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainWords } from "../../modsquad/engine/command-line.ts";

const PLAIN: Record<string, string[]> = {
  true: ["true"],
  "npm test": ["npm", "test"],
  "  npm   run  lint -- --max-warnings 0 ": ["npm", "run", "lint", "--", "--max-warnings", "0"],
  "./tools/check.sh src/a.ts": ["./tools/check.sh", "src/a.ts"],
};

const FOR_THE_SHELL = [
  "a && b",
  "a | b",
  "a > out",
  "echo $HOME",
  "echo 'a b'",
  'echo "a b"',
  "ls *.ts",
  "a; b",
  "CI=1 npm test",
  "cd ~/x",
  "a\nb",
  "a # comment",
  "echo \\$x",
  "(a)",
  "",
  "   ",
];

describe("plainWords", () => {
  for (const [line, words] of Object.entries(PLAIN)) {
    it(`splits ${JSON.stringify(line)}`, () => expect(plainWords(line)).toEqual(words));
  }

  for (const line of FOR_THE_SHELL) {
    it(`leaves ${JSON.stringify(line)} to the shell`, () => expect(plainWords(line)).toBeNull());
  }

  it("gives back the words it was joined from", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_./:@,+-]+$/);
    const words = fc.array(word, { minLength: 1 });
    fc.assert(
      fc.property(words, (expected) => {
        expect(plainWords(expected.join(" "))).toEqual(expected);
      }),
      { seed: 1 },
    );
  });
});
