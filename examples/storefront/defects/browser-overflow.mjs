export default [
  {
    file: "public/css/pages.css",
    find: "/* Home */\n",
    replace: "/* Cart */\n.cart-summary .total-row {\n  min-width: 26rem;\n}\n\n/* Home */\n",
  },
];
