export default [
  {
    file: "public/js/main.js",
    find: "startPrices();\n",
    replace: 'startPrices();\nconsole.error("Prices: the feed has no version");\n',
  },
];
