export default [
  {
    file: "compose.yaml",
    find: "      DEMO_EMAIL: ${DEMO_EMAIL:-ana@example.com}\n",
    replace:
      "      DEMO_EMAIL: ${DEMO_EMAIL:-ana@example.com}\n      SESSION_SECRET: ${SESSION_SECRET:?set it in .env}\n",
  },
];
