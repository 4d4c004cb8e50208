export default [
  {
    file: "src/api.mjs",
    find: "catalogue.productById(params.productId)",
    replace: "catalogue.productBySymbol(params.productId)",
  },
];
