export default [
  {
    file: "openapi.json",
    find: '"price": 690.02,',
    replace: '"price": "690.02",',
  },
];
