export default [
  {
    file: "public/css/components.css",
    find: "  color: var(--color-brand);\n  font-size: var(--text-sm);\n  font-weight: var(--weight-strong);\n}\n\n.panel {",
    replace:
      "  color: #c2185b;\n  font-size: var(--text-sm);\n  font-weight: var(--weight-strong);\n}\n\n.panel {",
  },
];
