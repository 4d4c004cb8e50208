/** Request bodies: JSON, forms, text, files of the repository and multipart forms of both. */
import { randomBytes } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, extname, resolve, sep } from "node:path";
import { render, renderJson, type Scope } from "../template.ts";
import type { Body, MultipartPart } from "../types.ts";
import { badFlow, filled, NotReady } from "./ready.ts";

const MAX_FILE_BYTES = 32 * 1024 * 1024;

const TYPES: Record<string, string> = {
  ".json": "application/json",
  ".xml": "application/xml",
  ".csv": "text/csv",
  ".txt": "text/plain",
  ".md": "text/markdown",
  ".html": "text/html",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".pdf": "application/pdf",
  ".zip": "application/zip",
};

const typeOf = (path: string) => TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";

/** The bytes of a file below the root that is judged; links that lead out of it are not followed. */
function fileBytes(path: string, root: string): Uint8Array {
  try {
    const top = realpathSync(root);
    const file = realpathSync(resolve(top, path));
    if (file !== top && !file.startsWith(top + sep))
      throw badFlow(`body.file: ${path} lies outside the repository.`);
    if (statSync(file).size > MAX_FILE_BYTES) throw badFlow(`body.file: ${path} is larger than 32 MiB.`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof NotReady) throw error;
    throw badFlow(`body.file: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

const quoted = (text: string) =>
  `"${text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22")}"`;

function partBytes(part: MultipartPart, scope: Scope): Uint8Array[] {
  const head = `content-disposition: form-data; name=${quoted(part.name)}`;
  if ("value" in part) return [Buffer.from(`${head}\r\n\r\n${filled(render(part.value, scope))}\r\n`)];
  const path = filled(render(part.file, scope));
  const type = part.type ?? typeOf(path);
  const fileHead = `${head}; filename=${quoted(basename(path))}\r\ncontent-type: ${type}\r\n\r\n`;
  return [Buffer.from(fileHead), fileBytes(path, scope.root), Buffer.from("\r\n")];
}

/** A multipart/form-data body (RFC 7578) with a boundary nobody can guess. */
function multipart(parts: MultipartPart[], scope: Scope): { type: string; bytes: Uint8Array } {
  const boundary = `----meta-orch-${randomBytes(12).toString("hex")}`;
  const chunks = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), ...partBytes(part, scope)]);
  const bytes = Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, bytes };
}

/** The body to send; sets its content-type unless the step declares one. Throws NotReady. */
export function bodyOf(
  body: Body | null,
  scope: Scope,
  headers: Record<string, string>,
): string | Uint8Array | null {
  if (body === null) return null;
  switch (body.kind) {
    case "json": {
      headers["content-type"] ??= "application/json";
      const rendered = renderJson(body.value, scope);
      if (!rendered.ok) throw new NotReady(rendered.inability);
      return JSON.stringify(rendered.value);
    }
    case "form": {
      headers["content-type"] ??= "application/x-www-form-urlencoded";
      const fields = body.fields.map(([name, value]): [string, string] => [
        name,
        filled(render(value, scope)),
      ]);
      return new URLSearchParams(fields).toString();
    }
    case "text":
      return filled(render(body.value, scope));
    case "file": {
      const path = filled(render(body.path, scope));
      headers["content-type"] ??= body.type ?? typeOf(path);
      return fileBytes(path, scope.root);
    }
    case "multipart": {
      const { type, bytes } = multipart(body.parts, scope);
      headers["content-type"] = type;
      return bytes;
    }
  }
}
