import { beforeAll, describe, expect, test } from 'vitest';
import { expectedOf } from '../../src/diagnosis/expected.js';
import { diagnoseResponse } from '../../src/diagnosis/response.js';
import { createSigner, person, responseXml, type Signer, sign } from '../saml/signed-response.js';

let [own, attacker]: Signer[] = [];
beforeAll(async () => {
  [own, attacker] = await Promise.all([createSigner('IdP'), createSigner('Attacker')]);
});

/** An error response, as identity providers send it back to Flex. */
const refusal = (inner: string, status = 'Responder') =>
  responseXml({ status }, '').replace('</samlp:Status>', `${inner}</samlp:Status>`);
const says = (text: string) => `<samlp:StatusMessage>${text}</samlp:StatusMessage>`;
const diagnose = (xml: string) =>
  diagnoseResponse(xml, expectedOf(undefined, { certificates: own ? [own.certificate] : [] }));

describe('a SAML response that says why the login failed', () => {
  test.each([
    ['user-not-assigned', says('AADSTS50105: Your administrator has configured the application')],
    ['request-malformed', says('AADSTS75005: The request is not a valid Saml2 protocol message.')],
    ['name-id-source-empty', '<samlp:StatusDetail><Cause><a>x</a>AADSTS501241: empty</Cause></samlp:StatusDetail>'],
    ['identity-provider-refused', says('User canceled')],
    ['identity-provider-refused', says('AADSTS999999999: unheard of')],
  ])('%s', (code, inner) => {
    const signed = diagnose(sign(refusal(inner), ['Response'], own as Signer));
    expect(signed).toMatchObject({ verdict: 'problems', findings: [{ code, certainty: 'seen' }] });
    expect(signed.identity).toBeUndefined();
    expect(signed.findings[0]?.evidence).toContain('Status: Responder.');
    // Many are not signed: then anybody may have written it.
    const { findings, identity } = diagnose(refusal(inner));
    expect(findings).toMatchObject([{ code, certainty: 'likely' }]);
    expect(findings[0]?.evidence).toContain('Nothing of this is verified.');
    expect(identity).toBeUndefined();
  });

  test('by somebody else is rejected', () => {
    const theirs = sign(refusal(says('AADSTS50105: x')), ['Response'], attacker as Signer);
    const { verdict, findings } = diagnose(theirs);
    expect(verdict).toBe('rejected');
    expect(findings.find(({ code }) => code === 'user-not-assigned')?.certainty).toBe('likely');
  });

  test('names nobody', () => {
    const text = `The signed-in user '${person}' (${encodeURIComponent(person)}) is blocked. AADSTS50105`;
    expect(JSON.stringify(diagnose(refusal(says(text))))).not.toContain('canary');
  });
});
