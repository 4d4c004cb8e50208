export default [
  {
    file: "src/shop.mjs",
    find: "startedAt: new Date().toISOString()",
    replace: "startedAt: new Date(Date.now() + 7_200_000).toISOString()",
  },
];
