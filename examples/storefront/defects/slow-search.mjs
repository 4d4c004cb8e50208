export default [
  {
    file: "src/api.mjs",
    find: `function searchProducts(_shop, { params }) {
  const found = catalogue.searchProducts(params.q);
`,
    replace: `async function searchProducts(_shop, { params }) {
  const found = catalogue.searchProducts(params.q);
  await new Promise((resolve) => setTimeout(resolve, 900));
`,
  },
];
