export default [
  {
    file: "src/api.mjs",
    find: "body: order, headers: { location: `/api/orders/${order.id}` }",
    replace: "body: order",
  },
];
