export default [
  {
    file: "data/catalogue.json",
    find: '"priceCents": 2900',
    replace: '"priceCents": -2900',
  },
];
