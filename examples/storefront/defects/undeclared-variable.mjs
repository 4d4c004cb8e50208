export default [
  {
    file: "src/sessions.mjs",
    find: 'const digest = (text) => createHash("sha256").update(text).digest();\n',
    replace: `const digest = (text) => createHash("sha256").update(text + process.env.SESSION_PEPPER).digest();
`,
  },
];
