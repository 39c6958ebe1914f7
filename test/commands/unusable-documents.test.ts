import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/cli.js';
import { beforeMetadata, here, newestMetadata } from './metadata.js';
import { keptIn, readWorld } from './sandbox.js';

test('what is handed back and cannot be used is refused; nothing is written and nothing lost', async () => {
  const { state, metadata } = await beforeMetadata('okta');
  const { xml } = await newestMetadata(state, 'okta');
  const { account, directory } = await readWorld(state);
  const { certificate: pem, issuer, ssoUrl } = account.legacy.identityProviderData;
  const fileOf = async (name: string, text: string) => {
    await writeFile(path.join(state, name), text);
    return path.join(state, name);
  };
  const values = (certificate: string) => [
    '--metadata',
    '',
    '--issuer',
    issuer,
    '--sso-url',
    ssoUrl,
    '--certificate',
    certificate,
  ];
  const doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
  const unusable: readonly [string, string[], RegExp, RegExp][] = [
    [
      'HTML',
      ['--metadata', await fileOf('page.html', '<!doctype html><html><body>Log in</body></html>')],
      /xml-web-page/,
      /web page/,
    ],
    [
      'a DOCTYPE',
      ['--metadata', await fileOf('doctype.xml', xml.replace(/<(?=Entity|md:)/, `${doctype}<`))],
      /xml-doctype/,
      /document type/,
    ],
    [
      'cut off metadata',
      ['--metadata', await fileOf('cut.xml', xml.slice(0, xml.length / 2))],
      /xml-malformed/,
      /well-formed/,
    ],
    ['other XML', ['--metadata', await fileOf('other.xml', '<rss/>')], /metadata-other/, /rss/],
    ['nothing', ['--metadata', await fileOf('empty.xml', '')], /xml-empty/, /empty/],
    ['no file', ['--metadata', path.join(state, 'nowhere.xml')], /document-unreadable/, /no such file/],
    ['http', ['--metadata', 'http://idp.example/metadata'], /document-insecure/, /https/],
    [
      'a cut off certificate',
      values(await fileOf('cut.pem', pem.slice(0, pem.length / 2))),
      /certificate-(truncated|garbled)/,
      /cut off/,
    ],
    [
      'a private key',
      values(await fileOf('key.pem', directory.signingKeys[0]?.privateKey ?? '')),
      /certificate-private-key/,
      /private key/i,
    ],
  ];
  const before = await keptIn(state);
  for (const [what, args, code, words] of unusable) {
    const refused = await run(['resume', ...args, ...here(state)]);
    const { error } = refused.json;
    expect([what, refused.code, refused.stderr, error?.code]).toEqual([what, 2, '', expect.stringMatching(code)]);
    expect([what, `${error.message} ${error.hint}`]).toEqual([what, expect.stringMatching(words)]);
    expect(refused.stdout).not.toMatch(/PRIVATE KEY|root:/);
    expect([what, await keptIn(state)]).toEqual([what, before]);
  }
  await writeFile(metadata, xml);
  const finished = await run(['resume', '--metadata', metadata, ...here(state)]);
  expect(finished).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
});
