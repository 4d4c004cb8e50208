export default [
  {
    file: "src/assets.mjs",
    find: `  else send(response, 200, { ...headers, "content-type": asset.type }, asset.body);
`,
    replace: `  else {
    const late = asset.type.startsWith("text/css") ? 500 : 0;
    setTimeout(() => send(response, 200, { ...headers, "content-type": asset.type }, asset.body), late);
  }
`,
  },
];
