export default [
  {
    file: "src/quotes.mjs",
    find: "set: async (symbol, price) => void prices.set(symbol, price),",
    replace: "set: async (symbol, price) => void (prices.has(symbol) || prices.set(symbol, price)),",
  },
];
