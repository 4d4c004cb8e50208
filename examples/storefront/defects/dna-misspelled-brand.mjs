export default [
  {
    file: "views/layout.html",
    find: "<strong>Tideline</strong>",
    replace: "<strong>TideLine</strong>",
  },
];
