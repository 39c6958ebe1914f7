import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.js';
import { sampleUser } from '../../src/sandbox/setting.js';
import { openChromium } from '../support/browser.js';
import { type Finished, finishMigration, type Validated, validateBroken } from './run.js';

let chromium: Browser;
let finished: Finished;
beforeAll(async () => {
  [chromium, finished] = await Promise.all([openChromium(), finishMigration('new')]);
});
afterAll(async () => {
  await chromium.close();
  await finished.remove();
});

interface Seen {
  validated: Validated;
  heading: string;
  /** Every address that the browser asked for. */
  asked: string[];
  complaints: string[];
}

/** Logs in as a person would, in a window of the width and colours given; `look` sees the page that the login ends at. */
async function logInByHand(
  breaks: readonly string[],
  look: (page: Page, last: Response | undefined) => Promise<void> = async () => {},
  window: { width: number; dark: boolean } = { width: 1200, dark: false },
): Promise<Seen> {
  const asked: string[] = [];
  const complaints: string[] = [];
  let heading = '';
  const visit = async (url: string, sandbox: Sandbox) => {
    const context = await chromium.newContext({
      viewport: { width: window.width, height: 700 },
      colorScheme: window.dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    let last: Response | undefined;
    page.on('request', request => asked.push(request.url()));
    page.on('response', response => {
      if (response.request().isNavigationRequest()) last = response;
    });
    page.on('console', message => complaints.push(message.text()));
    page.on('pageerror', error => complaints.push(error.message));
    await page.goto(url);
    await page.getByLabel('Email').fill(sampleUser(sandbox.world)?.userPrincipalName ?? '');
    await page.getByLabel('Password').fill('sandbox');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/^http:\/\/localhost:/);
    heading = (await page.getByRole('heading').textContent()) ?? '';
    await look(page, last);
    await context.close();
  };
  const validated = await validateBroken(finished, breaks, { visit });
  return { validated, heading, asked, complaints };
}

test('a login goes through Flex and Entra and back to flex-sso', async () => {
  const { validated, heading, asked, complaints } = await logInByHand([], async (page, last) => {
    expect(await page.textContent('main')).toContain('You can close this window');
    const policy = last?.headers()['content-security-policy'] ?? '';
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(await page.locator('script, img, link, iframe').count()).toBe(0);
  });
  expect(heading).toBe('You are logged in');
  expect(validated.document).toMatchObject({
    verified: true,
    evidence: { source: 'flex', sameWorker: true },
    findings: [],
  });
  expect(validated.code).toBe(0);
  // Nothing but this machine was asked, and the browser found nothing to complain about.
  expect(asked.filter(url => !/^http:\/\/(127\.0\.0\.1|localhost):\d+\//.test(url))).toEqual([]);
  expect(complaints.filter(text => !/favicon/.test(text))).toEqual([]);
});

test('the page that it comes back to fits a phone and follows dark mode', async () => {
  const colours: string[] = [];
  for (const dark of [false, true])
    await logInByHand(
      [],
      async page => {
        const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
        expect(scrollWidth ?? 0).toBeLessThanOrEqual(clientWidth ?? 0);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
        colours.push(await page.evaluate(() => getComputedStyle(document.body).color));
      },
      { width: 360, dark },
    );
  expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
});

test('a login that Flex refuses says so on the page and in the terminal', async () => {
  const { validated, heading } = await logInByHand(
    ['audience-wrong'],
    async page => {
      expect(await page.textContent('main')).toContain('Audience is invalid');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    },
    { width: 360, dark: true },
  );
  expect(heading).toBe('Flex refused the login');
  expect(validated.code).toBe(5);
  expect(validated.codes[0]).toBe('audience-mismatch');
});
