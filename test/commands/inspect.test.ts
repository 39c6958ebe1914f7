import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  carriers,
  connection,
  createSigner,
  har,
  issuer,
  modes,
  person,
  responseXml,
  type Signer,
  serviceProvider,
  sign,
  tenant,
} from '../saml/signed-response.js';
import { temporaryDirectory } from '../support/cli.js';
import { type Inspected, inspectText, recordMigration } from './inspect-support.js';

const folder = await temporaryDirectory();
const recorded = await temporaryDirectory();
let signer: Signer;
let certificate: string;
let account: string;

beforeAll(async () => {
  signer = await createSigner('IdP');
  certificate = path.join(folder.path, 'certificate.pem');
  await writeFile(certificate, signer.certificate.pem);
  const ssoUrl = `https://login.microsoftonline.com/${tenant}/saml2`;
  account = await recordMigration(recorded.path, {
    connection: { name: connection, ...serviceProvider },
    identityProviderData: { issuer, ssoUrl, certificate: signer.certificate.pem },
  });
});
afterAll(async () => {
  await Promise.all([folder.remove(), recorded.remove()]);
});

const withCertificate = (text: string | Buffer, options = {}) =>
  inspectText(folder.path, text, { flags: { certificate }, ...options });
const codesOf = ({ json }: Inspected) => json.findings.map((finding: { code: string }) => finding.code);
const signed = (content = {}, mode = 'both signed') => sign(responseXml(content), modes[mode] ?? [], signer);

describe('flex-sso inspect', () => {
  test.each(Object.keys(carriers).flatMap(carrier => Object.keys(modes).map(mode => [carrier, mode] as const)))(
    'accepts an unharmed response as %s, %s',
    async (carrier, mode) => {
      const inspected = await withCertificate(carriers[carrier]?.(signed({}, mode)) ?? '', { showPersonal: true });
      const problems =
        mode === 'both signed' ? [] : [mode === 'assertion signed' ? 'response-unsigned' : 'assertion-unsigned'];
      expect(inspected.json).toMatchObject({
        version: 1,
        command: 'inspect',
        kind: 'response',
        verdict: problems.length === 0 ? 'ok' : 'problems',
        identity: { nameId: person },
      });
      expect(codesOf(inspected)).toEqual(problems);
      expect(inspected.code).toBe(problems.length === 0 ? 0 : 5);
    },
  );

  test('holds a response against the recorded migration', async () => {
    const right = await inspectText(recorded.path, signed());
    expect([right.code, right.json.verdict]).toEqual([0, 'ok']);
    const wrong = await inspectText(recorded.path, signed({ audience: 'urn:flex:x', issuer: 'https://other/' }));
    expect(wrong.code).toBe(5);
    expect(wrong.json).toMatchObject({
      verdict: 'problems',
      findings: [
        {
          code: 'issuer-mismatch',
          severity: 'error',
          message: expect.any(String),
          evidence: `Issuer: expected ${issuer}, seen https://other/.`,
          fix: expect.stringMatching(/^In Flex Console, at Single sign-on \(SSO\) > Identity Provider Issuer: /),
        },
        { code: 'audience-mismatch', fix: expect.stringContaining('Identifier (Entity ID)') },
      ],
    });
  });

  test('reads a recording: when it was sent, and which request it answers', async () => {
    const hourAgo = new Date(Date.now() - 60 * 60_000).toISOString();
    const old = { issued: -60, notBefore: -65, notOnOrAfter: -30, sessionEnds: 500 };
    expect((await withCertificate(har(signed(old), hourAgo))).json.verdict).toBe('ok');
    const several = JSON.parse(har(signed()));
    several.log.entries.push(...JSON.parse(har(signed({ audience: 'urn:other', inResponseTo: '_2' }))).log.entries);
    const { json } = await inspectText(recorded.path, JSON.stringify(several));
    expect(json.messages.map((message: { verdict: string }) => message.verdict)).toEqual(['ok', 'problems']);
    expect(json.verdict).toBe('problems');
  });

  test('shows a person only when asked to', async () => {
    for (const json of [true, false]) {
      const masked = await withCertificate(signed(), { json });
      for (const canary of [person, 'canary', 'Ann', 'Canary']) expect(masked.output).not.toContain(canary);
      const shown = await withCertificate(signed(), { json, showPersonal: true });
      expect(shown.output).toContain(person);
    }
  });

  test('keeps who it is out of everything else that it says', async () => {
    const canary = 'canary-7f3a';
    const attributes = {
      email: [`${canary}@x.example`],
      full_name: [canary],
      roles: [canary],
      department: [canary],
    };
    const content = { nameId: `${canary}@x.example`, attributes };
    const whole = signed(content);
    const base64 = Buffer.from(whole).toString('base64');
    const texts = [
      whole,
      whole.replace('>Ann', '>Bob'),
      whole.slice(0, -20),
      whole.replace(/<Signature [\s\S]*?<\/Signature>/g, ''),
      base64.slice(0, -10),
      har(whole),
      har(whole).slice(0, -5),
      `SAMLResponse=${encodeURIComponent(base64)}`,
      JSON.stringify({ log: { entries: [] }, [canary]: canary }),
      canary.repeat(10),
    ];
    for (const text of texts)
      for (const json of [true, false]) {
        const { output } = await withCertificate(text, { json });
        expect(output).not.toContain(canary);
        expect(output).not.toContain(base64.slice(200, 260));
      }
  });

  test('says in words what it is, what is wrong and what to do where', async () => {
    const attributes = { email: ['a'], full_name: ['b'], roles: ['Administrator'] };
    const { output, code } = await inspectText(recorded.path, signed({ attributes }), { json: false });
    expect(code).toBe(5);
    expect(output).toContain('A SAML response');
    expect(output).toContain(`Held against what is recorded for ${account}.`);
    expect(output).toContain('A role is sent by its title instead of its value.');
    expect(output).toContain('Evidence: Sent: "Administrator".');
    expect(output).toContain('Where: Microsoft Entra, App registrations > App roles > Value');
    expect(output).toContain('Code: roles-title');
  });

  test('tells a certificate in DER and metadata by themselves', async () => {
    const der = Buffer.from(signer.certificate.pem.replace(/-----.*-----|\s/g, ''), 'base64');
    expect((await inspectText(recorded.path, der)).json).toMatchObject({ kind: 'certificate', verdict: 'ok' });
    const metadata = readFileSync(new URL('../fixtures/metadata/entra.xml', import.meta.url), 'utf8');
    const { json, code } = await inspectText(recorded.path, metadata);
    expect([code, json.kind, json.findings[0].code]).toEqual([5, 'metadata', 'tenant-wrong']);
  });

  test.each([
    ['inspect-unknown', 'hello'],
    ['inspect-no-message', '{"log":{"entries":[]}}'],
    ['har-malformed', '{"log":{"entries":['],
    ['authn-request-encoding', 'https://login.microsoftonline.com/x/saml2?SAMLRequest=fZBB'],
    ['certificate-truncated', '-----BEGIN CERTIFICATE-----\nMII'],
  ])('%s: exit code 2', async (code, text) => {
    const { json, code: exit } = await inspectText(folder.path, text);
    expect([exit, json.error.code]).toEqual([2, code]);
  });
});
