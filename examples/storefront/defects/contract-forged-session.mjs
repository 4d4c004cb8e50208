export default [
  {
    file: "src/sessions.mjs",
    find: "return expires > Date.now() ? this.account : null;",
    replace: "return token || expires > Date.now() ? this.account : null;",
  },
];
