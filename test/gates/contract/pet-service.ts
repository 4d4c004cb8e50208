/** A small service that keeps the promises of fixtures/good, and breaks them one by one on demand. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

export const FIXTURES = fileURLToPath(new URL("../../../gates/contract/fixtures/", import.meta.url));
export const DOCUMENT = readFileSync(`${FIXTURES}good/openapi.yaml`, "utf8");

export type Break = "none" | "body" | "status" | "type" | "crash" | "accepts";

export interface Service {
  url: string;
  requests: string[];
  close(): Promise<void>;
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

export function answer(
  response: ServerResponse,
  status: number,
  value?: unknown,
  type = "application/json",
): void {
  response.writeHead(status, value === undefined ? {} : { "content-type": type });
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export async function serve(handler: Handler): Promise<Service> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    readBody(request).then(
      (body) => handler(request, response, body),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url, requests, close };
}

function validPet(text: string): Record<string, unknown> | null {
  try {
    const pet = JSON.parse(text) as Record<string, unknown>;
    const known = Object.keys(pet).every((key) => key === "name" || key === "kind");
    const named = typeof pet.name === "string" && pet.name.length > 0 && pet.name.length <= 20;
    const kind = pet.kind === undefined || pet.kind === "cat" || pet.kind === "dog";
    return known && named && kind ? pet : null;
  } catch {
    return null;
  }
}

export function pets(fault: Break = "none"): Promise<Service> {
  const all = new Map<string, Record<string, unknown>>([["p1", { id: "p1", name: "Mia", kind: "cat" }]]);
  return serve((request, response, body) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const id = /^\/pets\/([^/]+)$/.exec(url.pathname)?.[1];
    if (url.pathname === "/pets" && request.method === "GET") {
      const limit = url.searchParams.get("limit");
      const valid = limit === null || (/^\d+$/.test(limit) && Number(limit) >= 1 && Number(limit) <= 50);
      if (!valid && fault !== "accepts") return answer(response, 400);
      if (fault === "crash") return answer(response, 500, { oops: true });
      if (fault === "type") return answer(response, 200, [...all.values()], "text/plain");
      return answer(response, 200, [...all.values()]);
    }
    if (url.pathname === "/pets" && request.method === "POST") {
      const pet = validPet(body);
      if (!pet) return answer(response, 400);
      const made = { id: `p${all.size + 1}`, ...pet };
      all.set(made.id, made);
      return answer(response, fault === "status" ? 200 : 201, made);
    }
    if (id !== undefined) {
      if (!/^p\d+$/.test(id)) return answer(response, 400);
      const pet = all.get(id);
      return pet
        ? answer(response, 200, fault === "body" ? { ...pet, name: 7 } : pet)
        : answer(response, 404);
    }
    return answer(response, 404);
  });
}
