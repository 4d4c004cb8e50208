export default [
  {
    file: "compose.yaml",
    find: `    depends_on:
      db:
        condition: service_healthy
`,
    replace: `    depends_on:
      mailer:
        condition: service_started
      db:
        condition: service_healthy
`,
  },
];
