/// <reference lib="dom" />
/** visual, by Percy: with PERCY_TOKEN its CLI is driven, and what has not come to a result is errored, never green. */
import { VERSION } from "../../../modsquad/version.ts";
import { browserFinding } from "../findings.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { readVisualOptions } from "../visual/options.ts";
import { findPercy, INSTALL, type PercyServer, type Seat, startPercy } from "./cli.ts";

declare global {
  interface Window {
    PercyDOM?: { serialize(options: object): unknown };
  }
}

const errored = (failureClass: string, message: string): PageOutcome => ({
  status: "errored",
  findings: [],
  failureClass,
  message,
});

/** The page as Percy draws it anew: its DOM and styles, the clock standing still and chance seeded. */
async function send(visit: Visit, server: PercyServer): Promise<PageOutcome> {
  const page = await visit.still();
  try {
    const timeout = Math.min(visit.options.pageTimeoutMs, visit.remainingMs());
    await page.goto(visit.url, { waitUntil: "load", timeout });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.evaluate(`${server.domScript};void 0`);
    const domSnapshot = await page.evaluate(() => window.PercyDOM?.serialize({ enableJavaScript: false }));
    const { masks } = readVisualOptions(visit.options.visual);
    const sent = await server.send({
      name: `${visit.name} ${visit.variant.id}`,
      url: visit.url,
      domSnapshot,
      widths: [visit.variant.viewport.width],
      minHeight: visit.variant.viewport.height,
      ...(masks.length > 0 ? { percyCSS: `${masks.join(", ")} { visibility: hidden !important }` } : {}),
      clientInfo: `meta-orch/${VERSION}`,
      environmentInfo: visit.browser.name,
    });
    if (!sent.ok) return errored("percy-upload", `${visit.name}: ${sent.message}`);
    return { status: "passed", findings: [], message: "sent to Percy" };
  } finally {
    page
      .context()
      .close()
      .catch(() => {});
  }
}

/** One build per run: started by the first page, judged when all pages have been sent. */
export function percyCheck(seat: Seat): PageCheck {
  let server: Promise<PercyServer | { message: string }> | null = null;
  const start = async (): Promise<PercyServer | { message: string }> => {
    const cli = findPercy(seat.dependenciesRoot);
    if (cli) return startPercy(cli, seat);
    return { message: `PERCY_TOKEN is set and there is no Percy CLI. Run: ${INSTALL}` };
  };
  return {
    id: "visual",
    evidence: { tool: "@percy/cli", version: VERSION },
    apart: true,
    still: true,
    wants: () => true,
    async run(visit) {
      server ??= start();
      const ready = await server;
      if ("message" in ready) return errored("percy", `Percy could not be driven: ${ready.message}`);
      return send(visit, ready);
    },
    async end(limitMs) {
      const ready = await server;
      if (!ready || "message" in ready) return null;
      const verdict = await ready.finish(limitMs);
      const { message } = verdict;
      if (verdict.kind === "lost") return errored("percy-build", message);
      if (verdict.kind === "same") return { status: "passed", findings: [], message };
      const finding = browserFinding({
        rule: "visual/percy",
        severity: "high",
        page: "Percy build",
        message,
        subject: "percy",
        defectClass: "design",
        fix: { description: `Look at the build and approve what is meant to look so: ${verdict.build}` },
      });
      return { status: "failed", findings: [finding], failureClass: "differs", message };
    },
  };
}
