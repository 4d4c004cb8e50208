export default [
  {
    file: "src/api.mjs",
    find: "call.params.limit) });",
    replace: 'call.params.limit) }, { "content-type": "text/plain" });',
  },
];
