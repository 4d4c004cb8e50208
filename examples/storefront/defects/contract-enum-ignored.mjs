export default [
  {
    file: "src/schema.mjs",
    find: "if (target.enum && !target.enum.includes(value))",
    replace: "if (target.enum?.length === 0)",
  },
];
