export default [
  {
    file: "src/price-feed.mjs",
    find: ".map(({ symbol, price, change, changePct, stale }) => ({ symbol, price, change, changePct, stale }));",
    replace:
      ".map(({ symbol, price, change, changePct, stale }) => ({ symbol, price: price.toFixed(2), change, changePct, stale }));",
  },
];
