export default [
  {
    file: "src/api.mjs",
    find: "  if (!quote.stale) return ok(quote, headers);\n",
    replace: `  if (quote.source === "market") return ok({ ...quote, spread: quote.book.ask - quote.book.bid }, headers);
  if (!quote.stale) return ok(quote, headers);
`,
  },
];
