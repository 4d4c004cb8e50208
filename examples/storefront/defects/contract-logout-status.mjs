export default [
  {
    file: "src/api.mjs",
    find: 'status: 204, headers: { "set-cookie"',
    replace: 'status: 202, headers: { "set-cookie"',
  },
];
