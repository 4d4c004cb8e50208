// Talks to the API of the page's own origin.

/** An answer other than success; `message` can be shown. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The body of the answer, or null when it has none. Throws ApiError. */
export async function call(method, path, body) {
  const init = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    init.headers["content-type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, init);
  } catch {
    throw new ApiError(0, "The shop cannot be reached. Are you online?");
  }
  const text = await answer.text();
  const parsed = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new ApiError(answer.status, parsed?.detail ?? "Something went wrong.");
  return parsed;
}

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

export const price = (amount) => dollars.format(amount);
export const money = (cents) => dollars.format(cents / 100);
