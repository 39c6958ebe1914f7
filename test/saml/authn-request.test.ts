import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSamlRequest, readAuthnRequest } from '../../src/saml/authn-request.js';
import { mutationsOf, refusesCleanly } from './mutations.js';

const request = (issuer: string) =>
  `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1f" Version="2.0" IssueInstant="2026-01-01T00:00:00Z" Destination="https://idp.example/sso" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" AssertionConsumerServiceURL="https://sp.example/acs?a=1&amp;b=2"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer><samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"/><samlp:RequestedAuthnContext><saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`;
const deflated = (xml: string | Buffer) => deflateRawSync(xml).toString('base64');
const redirect = (message: string, base = 'https://idp.example/sso?idpid=C01') =>
  `${base}&SAMLRequest=${encodeURIComponent(message)}&RelayState=r&SigAlg=a&Signature=s`;
const form = (xml: string, action = 'https://idp.example/sso') =>
  `<html><body onload="document.forms[0].submit()"><FORM method=post action='${action}'><input type="hidden" name="RelayState" value="r"/><input type="hidden" value="${Buffer.from(xml).toString('base64')}" name="SAMLRequest"></form></body></html>`;

const read = {
  id: '_1f',
  issuer: 'urn:flex:JQ1',
  acsUrl: 'https://sp.example/acs?a=1&b=2',
  destination: 'https://idp.example/sso',
  nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
};

describe('readAuthnRequest', () => {
  test('from a redirect and from a form', () => {
    const xml = request('urn:flex:JQ1');
    expect(readAuthnRequest(redirect(deflated(xml)))).toEqual({ ...read, binding: 'HTTP-Redirect' });
    expect(readAuthnRequest(form(xml))).toEqual({ ...read, binding: 'HTTP-POST' });
  });

  test('a plus sign that was not escaped', () => {
    const message = deflated(request('urn:flex:JQ1'));
    expect(readAuthnRequest(`https://idp.example/sso?SAMLRequest=${message}`).issuer).toBe('urn:flex:JQ1');
  });

  test('leaves out what the request leaves out', () => {
    const xml =
      '<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">i</Issuer></AuthnRequest>';
    expect(readAuthnRequest(redirect(deflated(xml)))).toEqual({ id: '_1', issuer: 'i', binding: 'HTTP-Redirect' });
  });

  test.each([
    ['authn-request-absent', 'https://idp.example/sso'],
    ['authn-request-absent', '<form action="https://idp.example"><input name="SAMLResponse" value="x"></form>'],
    ['authn-request-encoding', redirect('bm90IGRlZmxhdGVk')],
    ['authn-request-too-large', redirect(deflated(Buffer.alloc(10_000_000)))],
    ['xml-too-large', form(request('x'.repeat(100_000)))],
    [
      'xml-too-large',
      form(request('x').replace('ID=', `${Array.from({ length: 1000 }, (_, at) => `a${at}=""`).join(' ')} ID=`)),
    ],
    ['authn-request-other', redirect(deflated('<LogoutRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol"/>'))],
    [
      'authn-request-incomplete',
      redirect(deflated('<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>')),
    ],
    ['xml-doctype', redirect(deflated('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'))],
  ])('%s', (code, text) => {
    expect(() => readAuthnRequest(text)).toThrow(expect.objectContaining({ code }));
  });

  test('any issuer survives the round trip', () => {
    const issuer = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter(text => text.trim() === text);
    const escaped = (text: string) => text.replace(/[&<>]/g, char => `&#${char.charCodeAt(0)};`);
    fc.assert(
      fc.property(issuer, text => {
        const xml = request(escaped(text));
        expect(readAuthnRequest(redirect(deflated(xml))).issuer).toBe(text);
        expect(readAuthnRequest(form(xml)).issuer).toBe(text);
      }),
    );
  });

  test('throws nothing but FlexSsoError', () => {
    const xml = request('urn:flex:JQ1');
    const anywhere = mutationsOf([redirect(deflated(xml)), form(xml)]);
    const inside = mutationsOf([xml]).map(mutated => redirect(deflated(mutated)));
    const refuses = (text: string) => refusesCleanly(() => readAuthnRequest(text));
    fc.assert(fc.property(fc.oneof(anywhere, inside), refuses), { numRuns: 500 });
  });
});

describe('findSamlRequest', () => {
  test('keeps all other parameters, whatever they are called', () => {
    const name = fc.string({ unit: 'grapheme-ascii', maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 6 }), fc.nat(6), (others, at) => {
        const own = [...others.slice(0, at), ['SAMLRequest', 'x'], ...others.slice(at), ['RelayState', 'r']];
        const found = findSamlRequest(`https://idp.example/sso?${new URLSearchParams(own)}#top`);
        expect([...new URL(found?.ssoUrl ?? '').searchParams]).toEqual(others);
        expect(found?.message).toBe('x');
      }),
    );
  });

  test('an address of a million parameters is none', () => {
    expect(findSamlRequest(`https://idp.example/sso?${'SAMLRequest=a&'.repeat(500_000)}`)).toBeUndefined();
    expect(findSamlRequest(`https://idp.example/sso?${'SAMLRequest=a&'.repeat(15_000)}`)?.ssoUrl).toBe(
      'https://idp.example/sso',
    );
  });

  test('where the message goes, without its own parameters', () => {
    expect(findSamlRequest(redirect('x'))?.ssoUrl).toBe('https://idp.example/sso?idpid=C01');
    expect(findSamlRequest(form('x'))?.ssoUrl).toBe('https://idp.example/sso');
    expect(findSamlRequest(form('x', '/sso'), 'https://login.example/a/b')?.ssoUrl).toBe('https://login.example/sso');
  });
});
