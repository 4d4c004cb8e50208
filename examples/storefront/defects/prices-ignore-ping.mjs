export default [
  {
    file: "src/price-feed.mjs",
    find: "new WebSocketServer({ noServer: true, maxPayload",
    replace: "new WebSocketServer({ noServer: true, autoPong: false, maxPayload",
  },
];
