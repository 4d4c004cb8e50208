// Live prices over the WebSocket feed: numbers and sparklines on the page follow it.
import { price } from "./api.js";
import { all } from "./dom.js";

const LONGEST_PAUSE_MS = 30_000;
const HISTORY_LENGTH = 30;
const histories = new Map();

function direction(change) {
  if (change > 0) return "up";
  return change < 0 ? "down" : "flat";
}

function percent(changePct) {
  const sign = changePct > 0 ? "+" : changePct < 0 ? "−" : "";
  return `${sign}${Math.abs(changePct).toFixed(2)}%`;
}

/** Points in a box of 96 by 28, as src/pages.mjs draws them first. */
function sparkPoints(history) {
  const low = Math.min(...history);
  const range = Math.max(...history) - low || 1;
  const step = 96 / Math.max(1, history.length - 1);
  return history
    .map((value, i) => `${(i * step).toFixed(1)},${(26 - (24 * (value - low)) / range).toFixed(1)}`)
    .join(" ");
}

function drawQuote(quote) {
  for (const place of all(`[data-quote="${quote.symbol}"]`)) {
    place.querySelector("[data-quote-price]").textContent = price(quote.price);
    const change = place.querySelector("[data-quote-change]");
    change.textContent = percent(quote.changePct);
    change.className = `quote__change quote__change--${direction(quote.change)}`;
  }
}

function drawSpark(symbol, value) {
  const history = [...(histories.get(symbol) ?? []), value].slice(-HISTORY_LENGTH);
  histories.set(symbol, history);
  for (const line of all(`[data-spark="${symbol}"]`)) line.setAttribute("points", sparkPoints(history));
}

function showState(label, live) {
  for (const place of all("[data-feed-state]")) {
    place.classList.toggle("live--on", live);
    place.querySelector("[data-feed-label]").textContent = label;
  }
}

async function loadHistories(symbols) {
  const answers = await Promise.all(symbols.map((symbol) => fetch(`/api/quote/${symbol}`)));
  const quotes = await Promise.all(answers.filter((answer) => answer.ok).map((answer) => answer.json()));
  for (const quote of quotes) histories.set(quote.symbol, quote.history);
}

function connect(symbols, attempt) {
  const address = new URL("/ws/prices", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  address.searchParams.set("symbols", symbols.join(","));
  const socket = new WebSocket(address);
  let received = false;
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    if (message.type !== "prices") return;
    received = true;
    showState(message.prices.some((quote) => quote.stale) ? "Last known prices" : "Live", true);
    for (const quote of message.prices) {
      drawQuote(quote);
      drawSpark(quote.symbol, quote.price);
    }
  });
  const leave = () => socket.close(1000);
  addEventListener("pagehide", leave, { once: true });
  socket.addEventListener("close", (event) => {
    removeEventListener("pagehide", leave);
    showState("Not live: waiting for the shop", false);
    if (event.code === 1000) return;
    const next = received ? 1 : attempt + 1;
    setTimeout(() => connect(symbols, next), Math.min(LONGEST_PAUSE_MS, 500 * 2 ** next));
  });
}

/** Connects when the page shows prices; comes back after the page was kept aside by the browser. */
export async function startPrices() {
  const symbols = [...new Set(all("[data-quote]").map((place) => place.dataset.quote))];
  if (symbols.length === 0) return;
  await loadHistories(symbols);
  connect(symbols, 0);
  addEventListener("pageshow", (event) => {
    if (event.persisted) connect(symbols, 0);
  });
}
