export default [
  {
    file: "src/api.mjs",
    find: "uptimeSeconds: Math.round((Date.now() - Date.parse(startedAt)) / 1000)",
    replace: "uptimeSeconds: String(Math.round((Date.now() - Date.parse(startedAt)) / 1000))",
  },
];
