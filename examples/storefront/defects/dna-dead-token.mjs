export default [
  {
    file: "public/css/tokens.css",
    find: "  --color-border-strong: #718884;",
    replace: "  --color-border-strong: #718884;\n  --color-border-faint: #e2eae8;",
  },
];
