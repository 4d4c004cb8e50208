export default [
  {
    file: "public/css/tokens.css",
    find: "  --color-text-muted: #49605c;",
    replace: "  --color-text-muted: #9fb0ac;",
  },
];
