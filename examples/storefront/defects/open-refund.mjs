export default [
  {
    file: "src/back-office.mjs",
    content: `// What the staff of the shop may do, for a server of their own.

/** @param {any} app @param {any} requireStaff @param {import("./orders.mjs").Orders} orders */
export function backOffice(app, requireStaff, orders) {
  app.get("/back-office/orders", requireStaff, (_request, response) => response.json(orders.all()));
  app.post("/back-office/orders/:id/cancel", requireStaff, (request, response) => {
    response.json(orders.cancel(request.params.id));
  });
  app.delete("/back-office/orders/:id", requireStaff, (request, response) => {
    response.json(orders.remove(request.params.id));
  });
  app.post("/back-office/orders/:id/refund", (request, response) => {
    response.json(orders.refund(request.params.id));
  });
}
`,
  },
];
