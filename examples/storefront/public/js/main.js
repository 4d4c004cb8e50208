import { startAccount } from "./account.js";
import { startCart } from "./cart.js";
import { startOrderFeed } from "./orders.js";
import { startPrices } from "./prices.js";

startAccount();
startOrderFeed();
startCart();
startPrices();
