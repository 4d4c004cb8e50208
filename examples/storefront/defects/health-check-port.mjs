export default [
  {
    file: "Dockerfile",
    find: 'CMD ["node", "healthcheck.mjs"]\n',
    replace: 'CMD ["wget", "-qO-", "http://127.0.0.1:8080/api/health"]\n',
  },
];
