export default [
  {
    file: "views/product.html",
    find: 'src="[[assets]]/art/[[art]]" width="400"',
    replace: 'src="[[assets]]/art/large/[[art]]" width="400"',
  },
];
