/** What this machine has left: disk and memory. */
import { statfs } from "node:fs/promises";
import os from "node:os";
import { resolve } from "node:path";
import { errorFacts } from "../net-errors.ts";
import { healthy, ill, type Probe } from "../types.ts";
import { amountOf, parseAmount, showBytes, showShare } from "../units.ts";

const DEFAULT_FREE = { share: 0.05 };

export const probeDisk: Probe = async (service, context) => {
  const path = resolve(context.root, service.subject);
  context.tried.push(`statfs ${service.subject}`);
  let stats: Awaited<ReturnType<typeof statfs>>;
  try {
    stats = await statfs(path);
  } catch (error) {
    const { code } = errorFacts(error);
    return ill("misconfigured", `there is no ${service.subject} (${code})`, "Correct the path, or mount it.");
  }
  const total = stats.blocks * stats.bsize;
  const free = stats.bavail * stats.bsize;
  const inodes = stats.files > 0 ? stats.ffree / stats.files : 1;
  const facts = { freeBytes: free, totalBytes: total, freeInodesShare: Math.round(inodes * 1000) / 1000 };
  const wanted = parseAmount(service.settings.minFree) ?? DEFAULT_FREE;
  const least = amountOf(wanted, total);
  const words = `${showBytes(free)} of ${showBytes(total)} free (${showShare(total > 0 ? free / total : 0)})`;
  if (free < least)
    return ill("disk", `${service.subject}: ${words}, at least ${showBytes(least)} must be`, "Free space.", {
      facts,
    });
  if ("share" in wanted && inodes < wanted.share)
    return ill(
      "disk",
      `${service.subject}: ${showShare(inodes)} of the inodes are free`,
      "Delete small files.",
      { facts },
    );
  return healthy(words, facts);
};

/** Memory of the machine, or of the container when it has a limit. */
export const probeMemory: Probe = async (service, context) => {
  context.tried.push("read the memory that is available");
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < os.totalmem() ? limit : os.totalmem();
  const free = Math.min(process.availableMemory(), total);
  const facts = { freeBytes: free, totalBytes: total };
  const least = amountOf(parseAmount(service.settings.minFree) ?? DEFAULT_FREE, total);
  const words = `${showBytes(free)} of ${showBytes(total)} available`;
  if (free >= least) return healthy(words, facts);
  return ill(
    "unhealthy",
    `memory: ${words}, at least ${showBytes(least)} must be`,
    "End what uses it: ps aux --sort=-rss | head.",
    {
      facts,
    },
  );
};
