export default [
  {
    file: "src/order-feed.mjs",
    find: "for (const order of orders) {",
    replace: "for (const order of [...orders].reverse()) {",
  },
];
