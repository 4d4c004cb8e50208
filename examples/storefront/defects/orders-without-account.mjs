export default [
  {
    file: "src/sessions.mjs",
    find: "    if (account) return account;\n",
    replace: "    if (account || tokenOf(headers) === null) return this.account;\n",
  },
];
