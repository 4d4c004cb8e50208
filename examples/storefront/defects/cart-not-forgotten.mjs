export default [
  {
    file: "src/carts.mjs",
    find: `    this.get(id);
    this.#carts.delete(id);
`,
    replace: "    this.get(id).lines.clear();\n",
  },
];
