/** The earlier version of the document: from the merge base, a branch or tag, a file, or an address. */
import type { GateContext } from "../../../modsquad/contracts/gate.ts";
import { type Loaded, loadDocument } from "../document/load.ts";
import { readBelow, repositoryReader } from "../document/locate.ts";
import type { ApiDocument } from "../types.ts";

export type Earlier =
  | { kind: "found"; document: ApiDocument; name: string }
  | { kind: "none"; why: string }
  | { kind: "unable"; class: string; message: string };

const MAX_BYTES = 64 * 1024 * 1024;
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function asEarlier(loading: Promise<Loaded>, name: string): Promise<Earlier> {
  const loaded = await loading;
  if (loaded.ok) return { kind: "found", document: loaded.document, name };
  return { kind: "unable", class: loaded.class, message: `The earlier version (${name}): ${loaded.message}` };
}

async function fromAddress(context: GateContext, url: string): Promise<Earlier> {
  const { request } = await import("undici");
  try {
    const response = await request(url, {
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(20_000)]),
    });
    const text = await response.body.text();
    if (response.statusCode !== 200)
      return {
        kind: "unable",
        class: "missing",
        message: `${url} answered ${response.statusCode}, not 200.`,
      };
    return asEarlier(
      loadDocument(
        text,
        url,
        false,
        repositoryReader(context, async () => null),
      ),
      url,
    );
  } catch (error) {
    return {
      kind: "unable",
      class: "refused",
      message: `${url} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    };
  }
}

/** A branch, a tag, a commit, or "ref:path". */
async function fromGit(context: GateContext, base: string, file: string): Promise<Earlier> {
  const [ref = base, other] = base.split(":");
  const name = other ?? file;
  const show = async (place: string) => {
    const result = await context.exec("git", ["--no-optional-locks", "show", `${ref}:./${place}`], {
      cwd: context.dependenciesRoot,
      maxOutputBytes: MAX_BYTES,
    });
    return result.code === 0 && !result.truncated ? result.stdout : null;
  };
  const known = await context.exec(
    "git",
    ["--no-optional-locks", "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`],
    { cwd: context.dependenciesRoot },
  );
  if (known.code !== 0) {
    const message = `There is no branch, tag or file "${base}" to compare with. Fetch it (git fetch origin ${ref}), or correct gates: contract: base.`;
    return { kind: "unable", class: "missing", message };
  }
  const text = await show(name);
  if (text === null) return { kind: "none", why: `${name} is not in ${ref}` };
  return asEarlier(loadDocument(text, name, true, repositoryReader(context, show)), ref);
}

/** Finds the version `file` is to be compared with. */
export async function findEarlier(context: GateContext, file: string): Promise<Earlier> {
  const { base } = context.options;
  if (typeof base === "string" && base !== "") {
    if (/^https?:\/\//i.test(base)) return fromAddress(context, base);
    const text = await readBelow(context.root, base);
    if (text !== null)
      return asEarlier(
        loadDocument(
          text,
          base,
          true,
          repositoryReader(context, (place) => readBelow(context.root, place)),
        ),
        base,
      );
    return fromGit(context, base, file);
  }
  if (!context.base)
    return { kind: "none", why: "there is no merge base, as in a first commit or outside git" };
  const { ref, readFile } = context.base;
  const read = async (place: string) => {
    const bytes = await readFile(place);
    return bytes ? decode(bytes) : null;
  };
  const text = await read(file);
  if (text === null) return { kind: "none", why: `${file} is not in the merge base ${ref}` };
  return asEarlier(loadDocument(text, file, true, repositoryReader(context, read)), `the merge base ${ref}`);
}
