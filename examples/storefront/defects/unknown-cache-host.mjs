export default [
  {
    file: "compose.yaml",
    find: "      REDIS_URL: redis://cache:6379\n",
    replace: "      REDIS_URL: redis://quotes-cache:6379\n",
  },
];
