export default [
  {
    file: "src/price-feed.mjs",
    find: "for (const [socket, client] of this.#clients) this.#send(socket, client);",
    replace:
      "for (const [socket, client] of this.#clients) {\n        if (client.wanted.size > 1 || this.#seq % 10 === 0) this.#send(socket, client);\n      }",
  },
];
