export default [
  {
    file: "compose.yaml",
    find: "/${POSTGRES_DB:-tideline}",
    replace: "/orders",
  },
];
