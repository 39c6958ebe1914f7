import type { ChildProcess } from 'node:child_process';
import { on } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../src/http.js';
import { type Browser, openBrowser } from '../../src/sandbox/browser.js';
import { certificatePem, createSigningKey } from '../../src/sandbox/entra/self-signed-certificate.js';
import { bareEnvironment, bin, ended, run, start } from '../support/cli.js';
import { startTerminal } from '../support/terminal.js';
import { doByHand, readWorld, type ServedSandbox, servedSandbox, stateDirectory } from './sandbox.js';

/** Everything that a state directory and a trace in it hold, without the sandbox's own world. */
async function kept(state: string): Promise<string> {
  const files = await readdir(state, { recursive: true, withFileTypes: true });
  const texts = files
    .filter(file => file.isFile() && !/^world\./.test(file.name) && !file.name.endsWith('.pem'))
    .map(file => readFile(path.join(file.parentPath, file.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

describe('a credential of nobody’s', () => {
  test('is tried before anybody is asked to click, and what is wrong with it is said', async () => {
    const sandbox = await servedSandbox();
    const { state } = sandbox;
    const certificate = (name: string) => ({
      AZURE_CLIENT_SECRET: '',
      AZURE_CLIENT_CERTIFICATE_PATH: path.join(state, name),
    });
    const key = await createSigningKey({ servicePrincipalId: '', commonName: 'flex-sso' });
    await writeFile(path.join(state, 'right.pem'), certificatePem(key) + key.privateKey);
    const wrong: [env: Record<string, string>, code: string, says: string, does: string][] = [
      [{ AZURE_CLIENT_SECRET: 'canary-secret' }, 'sign-in-aadsts7000215', 'secret is wrong', 'AZURE_CLIENT_SECRET'],
      [certificate('missing.pem'), 'client-certificate-unreadable', 'there is no such file', 'PEM file'],
      [{ FLEX_SSO_GRAPH_TOKEN: 'canary-token' }, 'graph-token-refused', 'does not accept', 'FLEX_SSO_GRAPH_TOKEN'],
    ];
    for (const [env, code, says, does] of wrong) {
      const refused = await sandbox.run(['migrate', '--setup-type', 'new', '--trace', path.join(state, 'trace')], env);
      expect(refused, code).toMatchObject({ code: 3, stderr: '', json: { error: { code } } });
      expect(refused.json.error.message).toContain(says);
      expect(refused.json.error.hint).toContain(does);
      expect(refused.json.error.hint).toContain('flex-sso resume');
      for (const secret of [env.AZURE_CLIENT_SECRET, env.FLEX_SSO_GRAPH_TOKEN].filter(Boolean))
        expect(`${refused.stdout}${await kept(state)}`).not.toContain(secret);
    }
    expect(readWorld(state).account.consolePage).toBe('start');

    // The right ones come as far as the first click, and the migration that was begun goes on.
    const minted = await mint(sandbox);
    for (const env of [certificate('right.pem'), { FLEX_SSO_GRAPH_TOKEN: minted }, {}] as Record<string, string>[]) {
      const waiting = await sandbox.run(['resume'], env);
      expect(waiting).toMatchObject({ code: 10, json: { waitingFor: { step: 'start-setup' } } });
    }
    expect(await kept(state)).not.toContain(minted);
  });

  test.each([
    ['client-secret-expired', 'sign-in-aadsts7000222', 'has expired', 'Certificates & secrets'],
    ['consent-missing', 'sign-in-aadsts65001', 'Nobody has consented', 'Cloud Application Administrator can consent'],
    ['no-permission:Application.Read.All', 'graph-permission-missing', 'Application.Read.All', 'Privileged Role Admin'],
  ])('%s: exit 3 before the first click', async (fault, code, says, does) => {
    const state = await stateDirectory({});
    const args = ['--sandbox', '--sandbox-fault', fault, '--setup-type', 'new', '--yes', '--json', '--state', state];
    const refused = await run(['migrate', ...args]);
    expect(refused).toMatchObject({ code: 3, stderr: '', json: { error: { code } } });
    expect(refused.json.error.message).toContain(says);
    expect(refused.json.error.hint).toContain(does);
    expect(readWorld(state).account.consolePage).toBe('start');
  });
});

/** A migration of a person’s, with no credential but the registration, that comes to Entra next. */
async function beforeEntra(faults: readonly string[]) {
  const sandbox = await servedSandbox({ faults });
  const env = { ...sandbox.environment, AZURE_CLIENT_SECRET: '' };
  const paused = await sandbox.run(['migrate', '--setup-type', 'modify', '--device-code'], env);
  expect(paused).toMatchObject({ code: 10, json: { waitingFor: { step: 'start-setup' } } });
  await doByHand(sandbox, paused);
  const args = ['resume', '--yes', '--done', 'start-setup', ...sandbox.place];
  const browser = openBrowser(createHttp({ endpoints: sandbox.endpoints }));
  return { sandbox, env, args, browser };
}

const declines = (browser: Browser) => browser.click('Cancel');
const signsIn = async (browser: Browser, user: string) => {
  browser.enter('Email', user);
  browser.enter('Password', 'sandbox');
  await browser.submit();
};
const userOf = ({ state }: ServedSandbox) => readWorld(state).directory.users[0]?.userPrincipalName ?? '';
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe('a person with a code on another device', () => {
  async function withCode(faults: readonly string[], act: (browser: Browser, user: string) => Promise<void>) {
    const { sandbox, env, args, browser } = await beforeEntra(faults);
    const child = start([...args, '--device-code', '--trace', path.join(sandbox.state, 'trace')], env);
    const exit = ended(child);
    const { url, code } = await shownCode(child);
    await browser.open(url);
    browser.enter('Code', code);
    await act(browser, userOf(sandbox));
    return { sandbox, child, exit };
  }

  test.each([
    ['declines', [], declines, 'was declined', '--device-code'],
    ['is kept out', ['device-code-blocked'], signsIn, 'Conditional Access', 'leave --device-code out'],
    ['does not confirm', ['device-code-confirmation'], signsIn, 'to be confirmed', 'Confirm on the page'],
    ['may not consent', ['consent-missing'], signsIn, 'Nobody has consented', 'redirect URI http://localhost'],
  ])('%s: exit 3, with what to do', async (_what, faults, act, says, does) => {
    const { exit } = await withCode(faults, act);
    const { code, stderr } = await exit;
    expect(code).toBe(3);
    for (const words of [says, does, 'flex-sso resume']) expect(flat(stderr)).toContain(words);
  });

  test('signs in, and what it is asked for is no more than what is read and written', async () => {
    const { sandbox, exit } = await withCode([], signsIn);
    const { code } = await exit;
    expect(code).toBe(10);
    const text = await kept(sandbox.state);
    expect(text).not.toMatch(/(access|refresh|id)_token":"(?!\[redacted\])/);
    expect(text).toContain('Application.ReadWrite.All');
    expect(text).not.toContain('AppRoleAssignment.ReadWrite.All');
  });

  test('is not waited for any more after Ctrl-C', async () => {
    const { child, exit } = await withCode([], async () => undefined);
    child.kill('SIGINT');
    expect(await exit).toMatchObject({ code: 130, stderr: expect.stringContaining('Stopped.') });
  });
});

describe('a person in the browser', () => {
  async function inBrowser(faults: readonly string[]) {
    const { sandbox, env, args, browser } = await beforeEntra(faults);
    const terminal = startTerminal(process.execPath, {
      rows: 100,
      args: [bin, ...args],
      // A program that does nothing with the page: the test opens it.
      env: { ...bareEnvironment(env), BROWSER: process.execPath },
    });
    onTestFinished(terminal.kill);
    const page = /^\s*(http\S+\/oauth2\/v2\.0\/authorize\?\S+)\s*$/m;
    await terminal.waitFor((_screen, text) => page.test(text));
    return { sandbox, terminal, browser, url: page.exec(terminal.text())?.[1] ?? '' };
  }

  test('signs in, and comes back', async () => {
    const { sandbox, terminal, browser, url } = await inBrowser([]);
    await browser.open(url);
    await signsIn(browser, userOf(sandbox));
    await browser.click('Continue');
    expect(flat(browser.message)).toContain('You are signed in. Close this window and go back to flex-sso.');
    await terminal.waitFor('Shall the legacy login keep working');
    expect(await kept(sandbox.state)).not.toMatch(/(access|refresh|id)_token/);
  });

  test.each([
    ['cancels', [], declines, 'was declined'],
    ['may not consent', ['consent-missing'], signsIn, 'Nobody has consented'],
  ])('%s: exit 3', async (_what, faults, act, says) => {
    const { sandbox, terminal, browser, url } = await inBrowser(faults);
    await browser.open(url);
    await act(browser, userOf(sandbox));
    await browser.click('Continue');
    expect(await terminal.exit).toBe(3);
    for (const words of [says, 'flex-sso resume']) expect(flat(terminal.text())).toContain(words);
  });

  test('closes it: Ctrl-C ends the wait', async () => {
    const { terminal } = await inBrowser([]);
    terminal.press('ctrl-c');
    expect(await terminal.exit).toBe(130);
  });
});

/** Where the code is entered, and the code. */
async function shownCode(child: ChildProcess): Promise<{ url: string; code: string }> {
  let text = '';
  for await (const [chunk] of on(child.stderr as Readable, 'data')) {
    text += chunk;
    const [, url, code] = /(http\S+\/deviceauth)\s[\s\S]*?code there:\s+(\w{9})\s/.exec(text) ?? [];
    if (url && code) return { url, code };
  }
  throw new Error('No code was shown.');
}

/** A token for Graph as another tool would get it. */
async function mint({ endpoints, environment }: ServedSandbox): Promise<string> {
  const answer = await fetch(`${endpoints.login}/${environment.AZURE_TENANT_ID}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: environment.AZURE_CLIENT_ID ?? '',
      client_secret: environment.AZURE_CLIENT_SECRET ?? '',
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}
