export default [
  {
    file: "src/api.mjs",
    find: "productsLoaded: catalogue.products.length",
    replace: "productsLoaded: catalogue.products.filter((product) => product.available).length",
  },
];
