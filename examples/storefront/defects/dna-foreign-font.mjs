export default [
  {
    file: "public/css/base.css",
    find: "  font-family: var(--font-display);",
    replace: "  font-family: Papyrus, fantasy;",
  },
];
