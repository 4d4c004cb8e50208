/** Signs in once through the form a person would use; every page is then seen in that state. */
import type { Browser, BrowserContext } from "playwright-core";
import { within } from "./deadline.ts";
import type { LoginOption } from "./options.ts";

export type SignedInState = Awaited<ReturnType<BrowserContext["storageState"]>>;
export type Login = { ok: true; state: SignedInState } | { ok: false; message: string };

/** Never throws; what was typed is in no message. */
export async function signIn(
  browser: Browser,
  login: LoginOption,
  base: string,
  timeoutMs: number,
): Promise<Login> {
  const url = new URL(login.path, base).href;
  const until = Date.now() + timeoutMs;
  const timeout = () => Math.max(1, until - Date.now());
  const context = await browser.newContext();
  let step = `opening ${login.path}`;
  try {
    const page = await context.newPage();
    await page.goto(url, { timeout: timeout() });
    for (const [selector, value] of Object.entries(login.fill)) {
      step = `filling ${selector}`;
      await page.locator(selector).first().fill(value, { timeout: timeout() });
    }
    step = `pressing ${login.submit}`;
    await page.locator(login.submit).first().click({ timeout: timeout() });
    step = login.expect ? `waiting for ${login.expect}` : `waiting for an address other than ${login.path}`;
    if (login.expect) await page.locator(login.expect).first().waitFor({ timeout: timeout() });
    else await page.waitForURL((now) => now.href !== url, { timeout: timeout() });
    return { ok: true, state: await within(context.storageState(), timeout()) };
  } catch (error) {
    const why = /timeout/i.test((error as Error).message)
      ? "took too long"
      : (error as Error).message.split("\n")[0];
    return { ok: false, message: `Signing in at ${login.path} failed while ${step}: ${why}.` };
  } finally {
    await within(context.close(), 2000).catch(() => {});
  }
}
