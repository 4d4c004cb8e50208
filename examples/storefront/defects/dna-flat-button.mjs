export default [
  {
    file: "public/css/components.css",
    find: ".button {\n  display: inline-flex;\n  align-items: center;\n  justify-content: center;\n  min-height: var(--size-control);",
    replace:
      ".button {\n  display: inline-flex;\n  align-items: center;\n  justify-content: center;\n  min-height: 30px;",
  },
];
