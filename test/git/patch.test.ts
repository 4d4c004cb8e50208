import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FixEdit } from "../../modsquad/contracts/gate.ts";
import { applyEdits } from "../../modsquad/git/patch.ts";
import { folderWith } from "../config/temporary.ts";

const edit = (start: number, end: number, text: string): FixEdit => ({ path: "a", start, end, text });

describe("edits", () => {
  it("are made in order of place; of two that overlap the first wins and the other is told", () => {
    const root = folderWith({ a: "0123456789" });
    const { files, leftOut } = applyEdits(root, [
      edit(8, 9, "E"),
      edit(2, 4, "AB"),
      edit(3, 6, "X"),
      edit(2, 4, "AB"),
    ]);
    expect(files).toEqual([{ path: "a", before: "0123456789", after: "01AB4567E9", edits: 2 }]);
    expect(leftOut).toEqual([expect.stringContaining("1 edits overlap")]);
  });

  it("never touch text outside their own ranges, whatever they are", () => {
    const root = folderWith({ a: "" });
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
        fc.array(fc.record({ at: fc.nat(30), length: fc.nat(5), text: fc.string({ maxLength: 4 }) })),
        (text, raw) => {
          writeFileSync(join(root, "a"), text);
          if (Buffer.from(text).toString("utf8") !== text) return;
          const edits = raw.map(({ at, length, text: by }) => edit(at, at + length, by));
          const [file] = applyEdits(root, edits).files;
          const touched = edits.map(({ start, end }) => [start, end]);
          const outside = [...text.slice(0, Math.min(...touched.map(([start]) => start!), text.length))].join(
            "",
          );
          expect((file?.after ?? text).startsWith(outside)).toBe(true);
        },
      ),
    );
  });

  it("of a file that is gone or not text are left out with the reason", () => {
    const root = folderWith({ b: "x" });
    expect(applyEdits(root, [edit(0, 1, "y")]).leftOut).toEqual(["a: it is gone, or not UTF-8 text"]);
    writeFileSync(join(root, "a"), Buffer.from([0xff, 0xfe, 0x00]));
    expect(applyEdits(root, [edit(0, 1, "y")]).files).toEqual([]);
  });
});
