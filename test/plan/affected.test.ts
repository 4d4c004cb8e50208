import { describe, expect, it } from "vitest";
import type { ChangedFile, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { PlannedGate } from "../../modsquad/contracts/run-state.ts";
import { concernsAll, leaveOutUnaffected } from "../../modsquad/plan/affected.ts";

const changed = (...paths: string[]): ChangedFile[] => paths.map((path) => ({ path, status: "M" }));
const file = (path: string): TrackedFile => ({ path, oid: "", mode: "100644", size: 1 });
const FILES = ["src/a.ts", "docs/a.md", "styles/a.css"].map(file);
const gate = { id: "g", decision: "run", reason: "why" } as PlannedGate;

async function decision(globs: string[] | "live" | undefined, ...paths: string[]): Promise<string> {
  const [planned] = await leaveOutUnaffected([gate], () => globs, changed(...paths), FILES);
  return planned!.decision;
}

describe("a change", () => {
  it.each([
    "modsquad.config.yaml",
    "sub/modsquad.waivers.yaml",
    "package.json",
    "pnpm-lock.yaml",
    "Cargo.lock",
  ])("of %s concerns every gate", (path) => expect(concernsAll(changed("src/a.ts", path))).toBe(true));

  it("that is empty or not known concerns every gate, any other only some", () => {
    expect(concernsAll([])).toBe(true);
    expect(concernsAll(null)).toBe(true);
    expect(concernsAll(changed("src/a.ts"))).toBe(false);
    expect(concernsAll([{ path: "src/b.json", from: "package.json", status: "R" }])).toBe(true);
  });

  it("leaves out the gates whose files it does not touch, and says so", async () => {
    expect(await decision(["src/**"], "docs/a.md")).toBe("not_applicable");
    expect(await decision(["src/**"], "src/b.ts")).toBe("run");
    expect(await decision(["**"], "docs/a.md")).toBe("run");
    const [planned] = await leaveOutUnaffected([gate], () => ["src/**"], changed("docs/a.md"), FILES);
    expect(planned!.reason).toContain("src/**");
  });

  it("counts the old name of a renamed file", async () => {
    const renamed: ChangedFile[] = [{ path: "old/a.ts", from: "src/a.ts", status: "R" }];
    const [planned] = await leaveOutUnaffected([gate], () => ["src/**"], renamed, FILES);
    expect(planned!.decision).toBe("run");
  });

  it("never leaves out what looks at more than tracked files", async () => {
    expect(await decision("live", "docs/a.md")).toBe("run");
    expect(await decision(undefined, "docs/a.md")).toBe("run");
    expect(await decision(["src/**", "dist/**"], "docs/a.md")).toBe("run");
  });
});
