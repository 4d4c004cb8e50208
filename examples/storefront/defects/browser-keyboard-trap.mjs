export default [
  {
    file: "public/js/main.js",
    find: "startOrderFeed();\n",
    replace: `startOrderFeed();
const password = document.getElementById("password");
password?.addEventListener("blur", () => setTimeout(() => password.focus(), 0));
`,
  },
];
