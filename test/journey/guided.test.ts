import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from 'selfsigned';
import { expect, it } from 'vitest';
import { filesOf } from '../commands/sandbox.js';
import { temporaryDirectory } from '../support/cli.js';
import { flat, sandboxes, trusting } from './sandboxes.js';

const { start, stateOf } = sandboxes();
const metadata = "Where is your identity provider's SAML metadata?";
const certificate = 'In which file is the X.509 certificate?';

it('asks again for what cannot be used and for nothing else, takes a pasted certificate, and says that nobody can log in', async () => {
  const files = await temporaryDirectory();
  const wrongFile = path.join(files.path, 'notes.txt');
  await writeFile(wrongFile, 'Call Ines on Monday.');
  const newcomer = start('migrate --setup-type new --idp okta', 'okta', { columns: 120, rows: 60 });
  const decide = trusting();
  for (let asked = await newcomer.question(); asked; asked = await newcomer.question()) {
    if (asked.text.startsWith(metadata)) break;
    const wanted = decide(asked);
    await newcomer.answer(asked, wanted);
  }
  const refused: readonly [question: string, answer: string, reason: string][] = [
    [metadata, path.join(files.path, 'none.xml'), 'cannot be read: there is no such file.'],
    [metadata, wrongFile, 'This is no well-formed SAML metadata'],
    [metadata, 'https://127.0.0.1:1/metadata', 'did not answer'],
    [certificate, path.join(files.path, 'none.pem'), 'cannot be read: there is no such file.'],
    [certificate, wrongFile, 'This is not a valid X.509 certificate'],
  ];
  const refuse = async (wanted: string) => {
    for (const [question, answer, reason] of refused.filter(([question]) => question === wanted)) {
      await newcomer.answerNext(question, answer);
      await newcomer.untilAsked(question);
      expect(flat(newcomer.text()).split('✗').at(-1)).toContain(reason);
    }
  };
  await refuse(metadata);
  await newcomer.answerNext(metadata, '');
  await newcomer.answerNext('What is the Identity Provider Issuer?', 'http://www.okta.com/exk1');
  const [typed, ssoUrl] = ['acme.okta.example', 'https://acme.okta.example/sso/saml'];
  await newcomer.untilAsked('What is the Single Sign-On URL?');
  newcomer.type(typed);
  newcomer.press('enter');
  await newcomer.waitFor('is no https URL. Copy it whole');
  newcomer.press(...Array<'backspace'>(typed.length).fill('backspace'));
  newcomer.type(ssoUrl);
  newcomer.press('enter');
  await newcomer.waitFor('✓ What is the Single Sign-On URL?');
  await refuse(certificate);

  const { private: key, cert } = await generate([{ name: 'commonName', value: 'acme' }], { algorithm: 'sha256' });
  const paste = (pem: string) => newcomer.type(pem.trim().replace(/\r?\n/g, '\r').concat('\r'));
  await newcomer.untilAsked(certificate);
  paste(key);
  await newcomer.waitFor('Enter on an empty line ends it.');
  newcomer.press('enter');
  await newcomer.waitFor('This holds a private key');
  paste(cert);
  await newcomer.waitFor('Enter on an empty line ends it.');
  newcomer.press('enter');
  await newcomer.waitFor(/✓ In which file[^\n]*\(\d\d lines pasted\)/);
  await newcomer.untilAsked('What now?');
  const [, kept] =
    Object.entries(await filesOf(stateOf('okta'))).find(([name]) => /AC[0-9a-f]{32}\.json$/.test(name)) ?? [];
  expect(JSON.parse(kept ?? '').answers).toMatchObject({ issuer: 'http://www.okta.com/exk1', ssoUrl });
  expect(kept).not.toContain('PRIVATE KEY');

  // The operator enters the data, and then cannot log in.
  await newcomer.walk(({ text, ...asked }) =>
    text.startsWith('1 check did not') ? 'Stop' : decide({ text, ...asked }),
  );
  expect(await newcomer.exit).toBe(5);
  expect(flat(newcomer.text())).toContain(
    `Flex sends the login to ${ssoUrl}, and the sandbox has no identity provider there.`,
  );
  await files.remove();
});
