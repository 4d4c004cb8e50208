export default [
  {
    file: "views/login.html",
    find: '<label for="email">E-mail</label>',
    replace: "<span>E-mail</span>",
  },
];
