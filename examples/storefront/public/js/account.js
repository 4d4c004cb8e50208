// Signing in and out, and placing the order.
import { ApiError, call } from "./api.js";
import { order } from "./cart.js";
import { all } from "./dom.js";

/** Runs an action for a form, with its button out of reach and its failure shown where people look. */
async function submit(form, message, action) {
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  message.textContent = "";
  try {
    await action();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    message.textContent = error.message;
  } finally {
    button.disabled = false;
  }
}

export function startAccount() {
  for (const form of all("[data-login]")) {
    const message = form.querySelector("[data-login-message]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(form, message, async () => {
        const { email, password } = form.elements;
        await call("POST", "/api/login", { email: email.value, password: password.value });
        location.assign(form.dataset.next);
      });
    });
  }
  for (const button of all("[data-logout]")) {
    button.addEventListener("click", async () => {
      await call("POST", "/api/logout");
      location.assign("/");
    });
  }
  for (const form of all("[data-checkout]")) {
    const message = document.querySelector("[data-checkout-message]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(form, message, async () => {
        const placed = await order(form.elements.note.value || null);
        message.textContent = `Thank you. Your order is ${placed.id}.`;
      });
    });
  }
}
