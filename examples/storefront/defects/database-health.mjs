export default [
  {
    file: "compose.yaml",
    find: "-d $${POSTGRES_DB}",
    replace: "-d storefront",
  },
];
