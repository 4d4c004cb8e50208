export default [
  {
    file: "public/js/cart.js",
    find: '  button.addEventListener("click", show);\n',
    replace: "",
  },
];
