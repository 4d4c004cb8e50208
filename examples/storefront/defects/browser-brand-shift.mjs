export default [
  {
    file: "public/css/components.css",
    find: ".button--primary {\n  background: var(--color-brand);",
    replace: ".button--primary {\n  background: #0c7066;",
  },
];
