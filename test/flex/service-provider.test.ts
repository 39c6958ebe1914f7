import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legacyServiceProviders, readServiceProvider, serviceProviderOf } from '../../src/flex/service-provider.js';
import { refusesCleanly } from '../saml/mutations.js';

const name = `JQ${'0123456789abcdef'.repeat(2)}`;
const otherName = `JQ${'f'.repeat(32)}`;
const accountSid = `AC${'1'.repeat(32)}`;
const otherAccount = `AC${'2'.repeat(32)}`;
const { entityId, acsUrl } = serviceProviderOf(name);
const [legacy = serviceProviderOf('')] = legacyServiceProviders(accountSid);

describe('readServiceProvider', () => {
  test('reads what Console shows, however it was pasted', () => {
    const expected = { name, entityId, acsUrl };
    expect(readServiceProvider({ entityId, acsUrl, accountSid })).toEqual(expected);
    expect(readServiceProvider({ entityId: ` "${entityId}"\n`, acsUrl: `\t${acsUrl} `, accountSid })).toEqual(expected);
    expect(readServiceProvider({ entityId, acsUrl, accountSid, connectionNames: [otherName, name] })).toEqual(expected);
    expect(readServiceProvider({ entityId, acsUrl, accountSid, connectionNames: [] })).toEqual(expected);
    const elsewhere = acsUrl.replace('us1', 'au1');
    expect(readServiceProvider({ entityId, acsUrl: elsewhere, accountSid }).acsUrl).toBe(elsewhere);
  });

  test.each([
    ['entity-id-missing', { entityId: '' }],
    ['acs-url-missing', { acsUrl: undefined }],
    ['values-swapped', { entityId: acsUrl, acsUrl: entityId }],
    ['entity-id-legacy', { entityId: legacy.entityId }],
    ['entity-id-legacy-other-account', { entityId: legacyServiceProviders(otherAccount)[0]?.entityId }],
    ['entity-id-legacy', { entityId: legacyServiceProviders(accountSid)[2]?.entityId }],
    ['entity-id-malformed', { entityId: 'urn:flex:JQ123' }],
    ['entity-id-malformed', { entityId: entityId.toUpperCase().replace('URN:FLEX', 'urn:flex') }],
    ['entity-id-unknown', { entityId: 'urn:other:JQ' }],
    ['acs-url-legacy', { acsUrl: `${legacy.acsUrl}/` }],
    ['acs-url-legacy-other-account', { acsUrl: legacyServiceProviders(otherAccount)[3]?.acsUrl }],
    ['acs-url-insecure', { acsUrl: acsUrl.replace('https', 'http') }],
    ['acs-url-host', { acsUrl: acsUrl.replace('twilio.com', 'twilio.com.evil.example') }],
    ['acs-url-host', { acsUrl: acsUrl.replace('.com/', '.com:444/') }],
    ['acs-url-unknown', { acsUrl: acsUrl.split('?')[0] }],
    ['acs-url-unknown', { acsUrl: acsUrl.replace('/callback', '/callback/x') }],
    ['acs-url-unknown', { acsUrl: 'login/callback' }],
    ['acs-url-malformed', { acsUrl: acsUrl.slice(0, -1) }],
    ['acs-url-other-connection', { acsUrl: serviceProviderOf(otherName).acsUrl }],
    ['connection-not-listed', { connectionNames: [otherName] }],
  ])('%s', (code, wrong) => {
    expect(() => readServiceProvider({ entityId, acsUrl, accountSid, ...wrong })).toThrow(
      expect.objectContaining({ code, ending: 'usage' }),
    );
  });

  test('values that contradict each other are asked again together', () => {
    const wrong = { entityId, acsUrl: serviceProviderOf(otherName).acsUrl, accountSid };
    expect(() => readServiceProvider(wrong)).toThrow(expect.objectContaining({ inputs: ['entityId', 'acsUrl'] }));
  });

  test('every connection survives the round trip, and nothing but FlexSsoError is thrown', () => {
    const names = fc.stringMatching(/^JQ[0-9a-f]{32}$/);
    const texts = fc.oneof(
      fc.string(),
      names.map(held => `urn:flex:${held}`),
      fc.webUrl(),
      fc.constant(acsUrl),
    );
    fc.assert(
      fc.property(names, held => {
        expect(readServiceProvider({ ...serviceProviderOf(held), accountSid }).name).toBe(held);
      }),
    );
    fc.assert(
      fc.property(texts, texts, (first, second) =>
        refusesCleanly(() => readServiceProvider({ entityId: first, acsUrl: second, accountSid })),
      ),
    );
  });
});
