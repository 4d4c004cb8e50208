export default [
  {
    file: "public/css/components.css",
    find: ".panel {\n  padding: var(--space-5);",
    replace: ".panel {\n  padding: 23px;",
  },
];
