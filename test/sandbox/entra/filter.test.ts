import fc from 'fast-check';
import { HTTPException } from 'hono/http-exception';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../src/sandbox/entra/graph/filter.js';

const entity = {
  displayName: 'Twilio Flex',
  identifierUris: ['urn:flex:JQ1', "it's"],
  createdDateTime: '2026-03-01T10:00:00.000Z',
  status: { errorCode: 50105 },
  accountEnabled: true,
  mail: null,
};

describe('a filter', () => {
  it.each([
    ["displayName eq 'twilio flex'", true],
    ["displayName eq 'Twilio'", false],
    ["startswith(displayName,'Twilio')", true],
    ["identifierUris/any(uri:uri eq 'urn:flex:JQ1')", true],
    ["identifierUris/any(x:x eq 'it''s')", true],
    ["identifierUris/any(x:startswith(x,'urn:other'))", false],
    ['createdDateTime ge 2026-03-01T10:00:00Z', true],
    ['createdDateTime gt 2026-03-01T10:00:00Z and accountEnabled eq true', false],
    ['status/errorCode eq 50105', true],
    ["displayName in ('a','Twilio Flex')", true],
    ["not (displayName eq 'a') and mail eq null", true],
    ["displayName eq 'a' or displayName eq 'b' or mail eq null", true],
  ])('%s', (text, expected) => {
    expect(parseFilter(text).matches(entity)).toBe(expected);
  });

  it('finds exactly the text that was quoted', () => {
    fc.assert(
      fc.property(fc.string(), value => {
        const { matches } = parseFilter(`displayName eq '${value.replaceAll("'", "''")}'`);
        expect(matches({ displayName: value })).toBe(true);
        expect(matches({ displayName: `${value}x` })).toBe(false);
      }),
    );
  });

  it('is read or refused, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        try {
          parseFilter(text);
        } catch (error) {
          expect(error).toBeInstanceOf(HTTPException);
        }
      }),
    );
  });
});
