import { describe, expect, test } from 'vitest';
import type { Symptom } from '../../src/diagnosis/cause.js';
import { causeCodes, causeOf } from '../../src/diagnosis/causes.js';
import { describeFinding, findingOf, rank } from '../../src/diagnosis/finding.js';
import { recognise } from '../../src/diagnosis/recognise.js';

const symptoms = causeCodes.flatMap(code => causeOf(code).symptoms as readonly Symptom[]);
const codes = (message: string, code?: number) => recognise({ message, code }).map(finding => finding.code);

describe('the table of causes', () => {
  test('says of every cause what it is, how it shows and what to do where', () => {
    for (const code of causeCodes) {
      const { title, explanation, fix, symptoms: shown } = causeOf(code);
      expect(code).toMatch(/^[a-z][a-z-]+$/);
      expect(title).not.toMatch(/\.$/);
      for (const text of [explanation, fix.action]) expect(text).toMatch(/[.…]\)?$/);
      expect(fix.field).not.toBe('');
      expect(shown.length).toBeGreaterThan(0);
    }
  });

  // The numbers of the facts about Entra and Flex.
  test.each(
    '700016 65005 650056 50011 900971 50105 50003 50146 501241 75005 75016 750054 75011 76021 50020 53003 50076 50079'.split(
      ' ',
    ),
  )('knows AADSTS%s', number => {
    expect(symptoms).toContainEqual(expect.objectContaining({ aadsts: number }));
    expect(codes(`Sorry … AADSTS${number}: something. Trace ID: 1`)).toHaveLength(1);
  });

  test.each([70002, 70251, 70004, 70253, 70051, 45050, 45002, 45004, 45003, 45009])('knows Twilio %i', code => {
    expect(codes('something', code).length).toBeGreaterThan(0);
    expect(codes(`something (${code})`)).toEqual(codes('something', code));
  });
});

describe('recognise', () => {
  test.each([
    ['Audience is invalid. Configured: urn:flex:JQ (45002)', ['audience-mismatch']],
    ['Recipient is invalid. Configured: https://x (45002)', ['recipient-mismatch']],
    ['Invalid issuer. Was https://a/, but expected https://b/ (70004)', ['issuer-mismatch']],
    ['Missing, empty or invalid SAML attributes: email, roles (45050)', ['mail-empty', 'roles-missing']],
    ['redirectUrl http://localhost:3000 is not a trusted URL (45004)', ['trusted-url-missing']],
    ['IdP-Initiated Default App Not Configured', ['redirect-url-wrong', 'in-response-to-missing']],
    ['assertion has expired.', ['message-expired']],
    ['Signature algorithm rsa-sha1 is not SHA-256 (45002)', ['signature-weak']],
    ['Invalid thumbprint (configured: A. calculated: B)', ['certificate-rolled']],
    // What Auth0's SAML errors say, by its documentation and its published passport-wsfed-saml2.
    ['the connection was disabled', ['connection-inactive']],
    ['Default App for IdP-Initiated is not configured.', ['redirect-url-wrong', 'in-response-to-missing']],
    ['Missing RelayState', ['in-response-to-missing']],
    ['Destination endpoint https://a did not match https://b', ['destination-mismatch']],
    ['The signing certificate is not currently valid.', ['certificate-expired', 'certificate-not-yet-valid']],
    ['The signing certificate is invalid (PEM_read_bio_PUBKEY failed)', ['certificate-wrong']],
    ['Signature check errors: for uri #_1 calculated digest is x', ['certificate-wrong', 'message-altered']],
    ['neither the response nor the assertion are signed', ['signature-missing']],
    ['Assertion is encrypted. Please set options.decryptionKey', ['assertion-encrypted']],
    ['A SAMLResponse can contain only one Assertion element.', ['message-forged']],
    ['XML is not a valid saml response', ['message-malformed']],
    ['The request could not be performed due to an error on the part of the requester', ['identity-provider-refused']],
    ['NotBefore condition is not yet met', ['clock-ahead']],
    ['Current time is earlier than NotBefore condition: invalid', ['clock-ahead']],
    ['NotOnOrAfter condition has passed', ['message-expired']],
    ['Assertion valid NotBefore=2026-11-28T10:00:00Z NotOnOrAfter=2026-11-28T11:00:00Z', []],
    ['Could not decrypt the key', ['assertion-encrypted']],
    ['decrypt', []],
    ['the connection to the backup was disabled; see 70251', []],
    ['order 45050 of roles', []],
    ['nothing that anybody knows', []],
  ])('%s', (message, expected) => {
    expect(codes(message)).toEqual(expected);
  });

  test('says that an inferred cause is likely', () => {
    expect(recognise({ message: 'AADSTS65005: x' })).toMatchObject([{ certainty: 'likely' }]);
    expect(recognise({ message: 'AADSTS50105: x' })).toMatchObject([{ certainty: 'seen' }]);
  });

  test('keeps users out of the evidence', () => {
    const [finding] = recognise({ message: "AADSTS50105: The signed-in user 'ann@canary.example' is blocked." });
    expect(JSON.stringify(finding)).not.toContain('canary');
  });
});

describe('rank', () => {
  test('errors first, upstream first, each once with what was seen', () => {
    const ranked = rank([
      findingOf('roles-missing', ''),
      findingOf('session-too-short', ''),
      findingOf('audience-mismatch', 'a guess', { certainty: 'likely' }),
      findingOf('audience-mismatch', 'seen'),
      findingOf('trusted-url-missing', ''),
    ]);
    expect(ranked.map(({ code }) => code)).toEqual([
      'trusted-url-missing',
      'audience-mismatch',
      'roles-missing',
      'session-too-short',
    ]);
    expect(ranked[1]?.evidence).toBe('seen');
  });

  test("uses the identity provider's own labels", () => {
    const { fix } = describeFinding(findingOf('audience-mismatch', '', { identityProvider: 'okta' }));
    expect(fix).toContain('In Okta, at Create SAML integration > Audience URI (SP Entity ID): ');
  });
});
