export default [
  {
    file: "src/http.mjs",
    find: "  response.writeHead(status, { ...SECURITY_HEADERS, ...headers, ...length });\n",
    replace:
      '  const cors = {\n    "access-control-allow-origin": response.req.headers.origin ?? "*",\n    "access-control-allow-credentials": "true",\n  };\n  response.writeHead(status, { ...SECURITY_HEADERS, ...cors, ...headers, ...length });\n',
  },
];
