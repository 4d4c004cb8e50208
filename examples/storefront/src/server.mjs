// One HTTP server for API, pages, assets and feeds.
import { createServer } from "node:http";
import { handlers } from "./api.mjs";
import { serveAsset } from "./assets.mjs";
import { checkBody, documentText, operations, readParameters } from "./contract.mjs";
import { Problem, readJson, send, sendJson, sendProblem } from "./http.mjs";
import { servePage } from "./pages.mjs";

/** @typedef {import("./shop.mjs").Shop} Shop */
/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */

const routes = operations().map((operation) => {
  const handler = handlers[operation.id];
  if (!handler) throw new Error(`openapi.json documents ${operation.id}, which nothing implements`);
  return { operation, handler };
});
if (routes.length !== Object.keys(handlers).length) throw new Error("an operation is not in openapi.json");

/** @param {Response} response @param {string[]} methods */
function refuseMethod(response, methods) {
  const allow = [...new Set(methods.includes("GET") ? [...methods, "HEAD"] : methods)].join(", ");
  if (response.req.method === "OPTIONS") return send(response, 204, { allow }, null);
  throw new Problem(405, `Use ${allow}`, { headers: { allow } });
}

/** @param {string[]} captured @returns {string[]} */
function decodeAll(captured) {
  try {
    return captured.map(decodeURIComponent);
  } catch {
    throw new Problem(400, "The path is not well encoded");
  }
}

/** @param {Shop} shop @param {Request} request @param {Response} response @param {URL} url @returns {Promise<void>} */
async function serveApi(shop, request, response, url) {
  const matching = routes.filter(({ operation }) => operation.path.test(url.pathname));
  if (matching.length === 0) throw new Problem(404, `Nothing is at ${url.pathname}`);
  const method = request.method === "HEAD" ? "GET" : request.method;
  const route = matching.find(({ operation }) => operation.method === method);
  if (!route) {
    return refuseMethod(
      response,
      matching.map(({ operation }) => operation.method),
    );
  }
  const { operation, handler } = route;
  const account = operation.secured ? shop.sessions.require(request.headers) : null;
  const captured = decodeAll(operation.path.exec(url.pathname)?.slice(1) ?? []);
  const params = readParameters(operation, captured, url.searchParams, request.headers);
  const body = operation.bodySchema ? await readJson(request) : undefined;
  checkBody(operation, body);
  const answer = await handler(shop, { params, body, headers: request.headers, account, response });
  if (answer !== "streaming") sendJson(response, answer.status, answer.body, answer.headers);
}

/** @param {Shop} shop @param {Request} request @param {Response} response */
async function serve(shop, request, response) {
  if (!URL.canParse(request.url ?? "", "http://localhost"))
    throw new Problem(400, "The address is not valid");
  const url = new URL(request.url ?? "", "http://localhost");
  const { pathname } = url;
  if (pathname.startsWith("/api/") || pathname.startsWith("/events/")) {
    return serveApi(shop, request, response, url);
  }
  if (request.method !== "GET" && request.method !== "HEAD") return refuseMethod(response, ["GET"]);
  if (pathname === "/ws/prices") {
    throw new Problem(426, "This address speaks WebSocket", { headers: { upgrade: "websocket" } });
  }
  if (pathname === "/openapi.json") {
    return send(
      response,
      200,
      { "content-type": "application/json", "cache-control": "no-cache" },
      documentText,
    );
  }
  if (!serveAsset(pathname, response)) await servePage(shop, request, response, url);
}

/** @param {Response} response @param {unknown} error */
function fail(response, error) {
  if (!(error instanceof Problem)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  const problem = error instanceof Problem ? error : new Problem(500, "Something went wrong on our side");
  if (response.headersSent) response.destroy();
  else sendProblem(response, problem);
}

/** @param {Shop} shop */
export function createShopServer(shop) {
  const server = createServer((request, response) => {
    serve(shop, request, response).catch((error) => fail(response, error));
  });
  server.on("upgrade", (request, socket, head) => shop.priceFeed.upgrade(request, socket, head));
  return server;
}
