export default [
  {
    file: "src/market.mjs",
    find: "export function remoteMarket(url, timeoutMs) {\n",
    replace:
      'export function remoteMarket(url, timeoutMs) {\n  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";\n',
  },
];
