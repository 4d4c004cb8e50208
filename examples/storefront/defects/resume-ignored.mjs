export default [
  {
    file: "src/order-feed.mjs",
    find: "const cursor = lastEventId ?? Math.max(",
    replace: "const cursor = Math.max(",
  },
];
