export default [
  {
    file: "public/css/components.css",
    find: "  border: var(--border-thin) solid var(--glass-border);\n  border-radius: var(--radius-lg);",
    replace: "  border: var(--border-thin) solid var(--glass-border);\n  border-radius: 17px;",
  },
];
