// Put together here, so that nothing in this repository looks like a token. It opens nothing: the check digits fit a
// random text.
const token = ["gh", "p_", "w7KqV2mXc9RtB4n", "Z8sLdF3hGj6PyQe", "1Qn9Zc"].join("");

export default [
  {
    file: "src/market.mjs",
    find: "      const answer = await fetch(`${url}/quotes/${symbol}`, {",
    replace: `      const authorization = "Bearer ${token}";
      const answer = await fetch(\`\${url}/quotes/\${symbol}\`, {
        headers: { authorization },`,
  },
];
