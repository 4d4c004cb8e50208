export default [
  { file: "Dockerfile", find: "ENV NODE_ENV=production\n", replace: "ENV NODE_ENV=development\n" },
];
