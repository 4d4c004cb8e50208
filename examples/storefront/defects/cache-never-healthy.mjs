export default [
  {
    file: "compose.yaml",
    find: '    healthcheck:\n      test: ["CMD", "redis-cli", "ping"]\n      interval: 5s\n      timeout: 3s\n      retries: 10\n',
    replace: "",
  },
];
