export default [
  {
    file: "compose.yaml",
    find: '      - "4310:4310"\n',
    replace: '      - "4310:4301"\n',
  },
];
