export default [
  {
    file: "src/quotes.mjs",
    find: "      stale,\n      history:",
    replace: "      stale: false,\n      history:",
  },
];
