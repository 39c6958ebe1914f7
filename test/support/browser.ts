import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** What its packager sets for other surroundings, and what would make it more lenient than the browser of a person. */
const unwanted =
  /^--(single-process|no-zygote|disable-web-security|allow-running-insecure-content|disable-site-isolation-trials|headless)/;

/** A real Chromium without a window; it comes with its npm package, so nothing has to be installed. */
export async function openChromium(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter(arg => !unwanted.test(arg)), '--no-sandbox', '--disable-gpu'],
    headless: true,
  });
}
