// What the tables of faults share.
export const later = (ms, action) => setTimeout(action, ms);

export function json(response, value, { status = 200, ...headers } = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

/** A moment as an answer tells it. */
export const iso = (time) => new Date(time).toISOString();

/** How late an answer is planted to be, in milliseconds. */
export const PLANTED_MS = 1400;
