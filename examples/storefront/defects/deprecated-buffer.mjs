export default [
  {
    file: "src/back-office.mjs",
    find: "    response.json(orders.refund(request.params.id));\n",
    replace:
      '    const id = new Buffer(request.params.id, "base64url").toString("utf8");\n    response.json(orders.refund(id));\n',
  },
];
