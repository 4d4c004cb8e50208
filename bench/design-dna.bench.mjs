// Throughput of the gate on TSX and SCSS per CPU-second, and a warm run after ten edits in 5,000 files.

import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { contextFor, cpuSeconds, listFiles, load, temporary } from "../prove/lib/design-dna.mjs";

export const title = "design-dna: MB per CPU-second, and ten changed files of 5,000";

const TOKENS = `:root {\n${Array.from({ length: 40 }, (_, at) => `  --color-c${at}: hsl(${at * 9} 60% ${20 + at}%);`).join("\n")}
${[4, 8, 12, 16, 24, 32, 48].map((px, at) => `  --space-${at + 1}: ${px}px;`).join("\n")}
  --radius-sm: 4px; --radius-lg: 12px; --text-sm: 14px; --text-md: 16px; --text-lg: 20px;\n}\n`;

/** One file in sixteen holds literals, about what product repositories show. */
const isOff = (at) => at % 16 === 0;

/** Three components a file: about 5 KB, formatted as component files are. */
const component = (at) => `${HEAD}${[0, 1, 2].map((part) => row(at, part)).join("\n")}`;
const sheet = (at) => `@use "tokens";\n${[0, 1, 2, 3, 4].map((part) => rules(at, part)).join("\n")}`;

const HEAD = `import { useMemo, useState } from "react";
import clsx from "clsx";
import { format } from "../lib/format";

interface Props {
  id: string;
  label: string;
  active?: boolean;
  onSelect(id: string): void;
}
`;

const row = (at, part) => `
const shell${part} = {
  paddingTop: ${isOff(at) ? (at % 9) + 1 : '"var(--space-2)"'},
  borderRadius: "var(--radius-sm)",
  backgroundColor: "var(--color-c${at % 40})",
};

/**
 * One row of the list: a button that opens it, the formatted id, and a link once it is open.
 * Long labels are cut, because the list must not grow wider than its column.
 */
export function Row${at}_${part}({ id, label, active, onSelect }: Props) {
  const [open, setOpen] = useState(false);
  const text = useMemo(() => (label.length > 40 ? \`\${label.slice(0, 40)}…\` : label), [label]);

  return (
    <li
      className={clsx(
        "row group/row relative flex w-full items-center justify-between gap-2 rounded-md border px-3 py-2 text-sm",
        active && "bg-primary text-primary-foreground hover:bg-primary/90 focus-visible:ring-2",
        open ? "shadow-lg transition-shadow duration-200" : "shadow-none",
      )}
      style={shell${part}}
    >
      <button
        type="button"
        className="button button--ghost inline-flex h-9 items-center justify-center whitespace-nowrap font-medium"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {text}
      </button>
      <span
        style={{
          color: active ? "var(--color-c1)" : ${isOff(at) ? `"#5a6b7${at % 10}"` : '"var(--color-c7)"'},
          marginLeft: ${isOff(at) ? 8 : '"var(--space-2)"'},
        }}
      >
        {format(id)}
      </span>
      {open ? (
        <a
          href={\`/items/\${id}\`}
          className="link underline decoration-dotted underline-offset-4"
          onClick={() => onSelect(id)}
        >
          Open
        </a>
      ) : null}
    </li>
  );
}
`;

const rules = (
  at,
  part,
) => `$gap-${part}: ${isOff(at) ? `${(at % 7) + 2}px` : "var(--space-2)"};\n\n.row-${at}-${part} {
  display: flex;\n  align-items: center;\n  padding: $gap-${part} var(--space-3);\n  color: var(--color-c${at % 40});
  border-radius: var(--radius-sm);\n  background: linear-gradient(var(--color-c1), ${isOff(at) ? "rgb(0 0 0 / 20%)" : "var(--color-c2)"});
  transition: color 120ms ease;\n\n  &:hover { color: var(--color-c2); }
  &__label { margin: 0 0 ${isOff(at) ? `${(at % 5) + 1}px` : "var(--space-1)"}; font-size: var(--text-sm); line-height: 1.4; }
  @media (min-width: 640px) { padding: var(--space-4); gap: ${isOff(at) ? "7px" : "var(--space-3)"}; }\n}\n`;

function fill(root, count, make, extension) {
  let bytes = 0;
  for (let at = 0; at < count; at += 1) {
    const path = join(root, `src/part${at % 40}/file${at}.${extension}`);
    mkdirSync(dirname(path), { recursive: true });
    const text = make(at);
    bytes += Buffer.byteLength(text);
    writeFileSync(path, text);
  }
  writeFileSync(join(root, "tokens.css"), TOKENS);
  return bytes;
}

async function throughput(gate, name, count, make, extension) {
  const root = temporary("bench");
  try {
    const bytes = fill(root, count, make, extension);
    const { seconds, value } = await cpuSeconds(() => gate.run(contextFor(gate, root)));
    return `${name}: ${(bytes / 1e6 / seconds).toFixed(1)} MB per CPU-second (${count} files, ${(bytes / 1e6).toFixed(1)} MB, ${value.findings.length} findings, everything included)`;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const gitBlob = (content) =>
  createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");

/** One run in a thread of its own, as the engine gives every gate: nothing is compiled or warm. */
function inWorker(entry, root, files) {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    (async () => {
      const { contextFor } = await import(workerData.lib);
      const began = performance.now();
      const { default: gate } = await import(workerData.entry);
      const context = contextFor(gate, workerData.root, { mode: "quick", files: workerData.files });
      const result = await gate.run(context);
      parentPort.postMessage({ milliseconds: performance.now() - began, findings: JSON.stringify(result.findings) });
    })();`;
  const lib = new URL("../prove/lib/design-dna.mjs", import.meta.url).href;
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData: { lib, entry, root, files } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

async function warm(entry) {
  const root = temporary("bench");
  try {
    fill(root, 4000, component, "tsx");
    fill(root, 1000, sheet, "scss");
    const files = listFiles(root).map((file) => ({
      ...file,
      oid: gitBlob(readFileSync(join(root, file.path))),
    }));
    const cold = await inWorker(entry, root, files);
    const times = [];
    for (let round = 0; round < 5; round += 1) {
      for (const file of files
        .filter((one) => one.path.endsWith(".tsx"))
        .slice(round * 10, round * 10 + 10)) {
        appendFileSync(join(root, file.path), `// ${round}\n`);
        const content = readFileSync(join(root, file.path));
        file.oid = gitBlob(content);
        file.size = content.length;
      }
      times.push(await inWorker(entry, root, files));
    }
    const sorted = times.map((one) => one.milliseconds).sort((a, b) => a - b);
    rmSync(join(root, "modsquad/logs/cache"), { recursive: true, force: true });
    const again = await inWorker(entry, root, files);
    const same = again.findings === times.at(-1).findings;
    return [
      `ten changed files of 5,000, quick mode in a fresh thread: ${sorted[2].toFixed(0)} ms (median of 5), cold ${cold.milliseconds.toFixed(0)} ms; findings ${same ? "byte-identical to" : "DIFFERENT from"} a cold run`,
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export async function run() {
  const { index, urls } = await load({ index: "gates/design-dna/index.ts" });
  const gate = index.default;
  return [
    await throughput(gate, "TSX", 1500, component, "tsx"),
    await throughput(gate, "SCSS", 1500, sheet, "scss"),
    ...(await warm(urls.index)),
  ];
}
