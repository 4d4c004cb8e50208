export default [
  {
    file: "compose.yaml",
    find: "@db:5432",
    replace: "@db:5433",
  },
];
