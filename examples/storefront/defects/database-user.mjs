export default [
  {
    file: "compose.yaml",
    find: "DATABASE_URL: postgres://${POSTGRES_USER:-tideline}:",
    replace: "DATABASE_URL: postgres://shop:",
  },
];
