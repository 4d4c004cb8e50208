import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startShop } from "./support.mjs";

/** @type {Awaited<ReturnType<typeof startShop>>} */
let shop;
before(async () => {
  shop = await startShop();
});
after(() => shop.close());

async function signIn() {
  const { body } = await shop.call("POST", "/api/login", {
    email: "ana@example.com",
    password: "let-me-browse",
  });
  return { authorization: `Bearer ${body.token}` };
}

test("a cart is created, filled, changed, emptied and forgotten", async () => {
  const made = await shop.call("POST", "/api/carts", { items: [{ productId: "spy-slice", quantity: 2 }] });
  assert.equal(made.status, 201);
  assert.equal(made.body.totalCents, 9800);
  const path = made.headers.get("location") ?? "";
  const filled = await shop.call("POST", `${path}/items`, { productId: "bnd-slice", quantity: 1 });
  assert.equal(filled.body.totalCents, 12_200);
  const changed = await shop.call("PATCH", `${path}/items/spy-slice`, { quantity: 1 });
  assert.equal(changed.body.totalCents, 7300);
  const removed = await shop.call("DELETE", `${path}/items/spy-slice`);
  assert.equal(removed.body.pieces, 1);
  assert.equal((await shop.call("DELETE", path)).status, 204);
  assert.equal((await shop.call("GET", path)).status, 404);
});

test("what cannot be sold is refused, and nothing changes", async () => {
  const { body } = await shop.call("POST", "/api/carts");
  const items = `/api/carts/${body.id}/items`;
  assert.equal((await shop.call("POST", items, { productId: "slv-slice", quantity: 1 })).status, 409);
  assert.equal((await shop.call("POST", items, { productId: "no-such", quantity: 1 })).status, 404);
  assert.equal((await shop.call("POST", items, { productId: "spy-slice", quantity: 21 })).status, 400);
  assert.equal(
    (await shop.call("POST", items, { productId: "spy-slice", quantity: 1, price: 1 })).status,
    400,
  );
  assert.equal((await shop.call("GET", `/api/carts/${body.id}`)).body.pieces, 0);
});

test("ordering needs an account, uses the cart up and shows in the list", async () => {
  const { body: cart } = await shop.call("POST", "/api/carts", {
    items: [{ productId: "gld-slice", quantity: 1 }],
  });
  assert.equal((await shop.call("POST", "/api/orders", { cartId: cart.id })).status, 401);
  const headers = await signIn();
  const order = await shop.call("POST", "/api/orders", { cartId: cart.id, note: "for Ida" }, headers);
  assert.equal(order.status, 201);
  assert.equal(order.body.totalCents, 7200);
  assert.equal((await shop.call("POST", "/api/orders", { cartId: cart.id }, headers)).status, 404);
  const list = await shop.call("GET", "/api/orders?limit=1", undefined, headers);
  assert.equal(list.body.items[0].id, order.body.id);
});

test("a session ends with signing out", async () => {
  const headers = await signIn();
  assert.equal((await shop.call("GET", "/api/account", undefined, headers)).body.name, "Ana");
  assert.equal((await shop.call("POST", "/api/logout", undefined, headers)).status, 204);
  assert.equal((await shop.call("GET", "/api/account", undefined, headers)).status, 401);
  const wrong = await shop.call("POST", "/api/login", { email: "ana@example.com", password: "nope" });
  assert.equal(wrong.status, 401);
});

test("the session cookie signs a browser in and cannot be read by scripts", async () => {
  const login = await shop.call("POST", "/api/login", {
    email: "ana@example.com",
    password: "let-me-browse",
  });
  const cookie = login.headers.get("set-cookie") ?? "";
  assert.match(cookie, /HttpOnly; SameSite=Strict/);
  const page = await fetch(`${shop.url}/login`, { headers: { cookie: cookie.split(";")[0] ?? "" } });
  assert.match(await page.text(), /Hello, Ana/);
});
