// Somebody's browser: logs in on the page it is given, by what is written there. USER_EMAIL says as whom.
import { openBrowser } from '../../dist/sandbox/browser.js';

const browser = openBrowser(async ({ url, method, headers, body }) => {
  const response = await fetch(url, { method, headers, body, redirect: 'manual' });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
});
await browser.open(process.argv[2]);
browser.enter('Email', process.env.USER_EMAIL);
browser.enter('Password', 'sandbox');
await browser.submit();
