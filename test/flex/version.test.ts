import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkUiVersion } from '../../src/flex/version.js';
import { refusesCleanly } from '../saml/mutations.js';

describe('checkUiVersion', () => {
  test.each(['2.15.1', '2.16.0', '~2.15.1', '^2.15.1', '2.16.auto', '3.0.0-beta.1', ' 2.17.1 '])(
    '%s: nothing to add',
    version => {
      expect(checkUiVersion(version)).toMatchObject({ result: 'passed', strength: 'observed', seen: version });
      expect(checkUiVersion(version).hint).toBeUndefined();
    },
  );

  test.each(['2.7.0', '~2.7.0', '2.7.auto', '^2.7.0', '2.14.3', '2.15.0'])(
    '%s: enough, but a later one is advised',
    version => {
      const { result, hint } = checkUiVersion(version);
      expect([result, hint]).toEqual(['passed', expect.stringContaining('2.15.1 or later is advised')]);
    },
  );

  test.each(['2.auto', '2.n', '2', '^2.0.0', '2.x'])('%s: may be enough, which is not proven', version => {
    const { result, message, hint } = checkUiVersion(version);
    expect([result, message]).toEqual(['passed', expect.stringContaining('does not prove it')]);
    expect(hint).toContain('running version');
  });

  test.each(['1.0', '1.n', '1.34.2', '~2.6.0', '2.6.9', '2.0.auto'])('%s: too old', version => {
    const error = expect.objectContaining({ code: 'flex-ui-too-old', hint: expect.stringContaining('Upgrade') });
    expect(() => checkUiVersion(version)).toThrow(error);
  });

  test.each(['', 'latest', '*', '>=2.7.0', 'two', '2.7.0.1'])('"%s": unknown', version => {
    expect(checkUiVersion(version).result).toBe('unknown');
  });

  test('throws nothing but FlexSsoError', () => {
    const versions = fc.oneof(fc.string(), fc.stringMatching(/^[~^v]?[0-9.nauto x|-]*$/));
    fc.assert(fc.property(versions, version => refusesCleanly(() => checkUiVersion(version))));
  });
});
