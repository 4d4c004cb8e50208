/** The files of the web dashboard, read once: no path of a request ever reaches the file system. */
import { readFileSync } from "node:fs";
import { distFile } from "../paths.ts";

export interface PageFile {
  type: string;
  body: Buffer;
}
export type Page = ReadonlyMap<string, PageFile>;

const FILES: readonly [path: string, file: string, type: string][] = [
  ["/", "index.html", "text/html; charset=utf-8"],
  ["/app.js", "app.js", "text/javascript; charset=utf-8"],
  ["/app.css", "app.css", "text/css; charset=utf-8"],
  ["/icon.svg", "icon.svg", "image/svg+xml"],
];

export function loadPage(): Page {
  return new Map(
    FILES.map(([path, file, type]) => [path, { type, body: readFileSync(distFile("web", file)) }]),
  );
}
