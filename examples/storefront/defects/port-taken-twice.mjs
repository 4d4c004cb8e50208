export default [
  {
    file: "compose.yaml",
    find: "    image: redis:7-alpine\n",
    replace: '    image: redis:7-alpine\n    ports:\n      - "4310:6379"\n',
  },
];
