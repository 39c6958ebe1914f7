import { expect, it } from 'vitest';
import { meet, moments, nameOf } from './administrator.js';
import { administratorChanges } from './administrator-changes.js';

const all = (['new', 'modify'] as const).flatMap(setupType =>
  moments.flatMap(moment => administratorChanges.map(change => ({ setupType, moment, change }))),
);
/** Without FLEX_SSO_FULL every so many, which meets every change and every moment. */
const tried = process.env.FLEX_SSO_FULL ? all : all.filter((_, index) => index % 11 === 0);

it.each(tried.map(combination => [nameOf(combination), combination] as const))(
  'keeps what an administrator does: %s',
  { timeout: 120_000 },
  async (_, combination) => {
    const { ended, code, message, isKept, approved } = await meet(combination);
    if (process.env.FLEX_SSO_SHOW) console.log(nameOf(combination), '|', ended, code, isKept, approved);
    expect(isKept).toBe(true);
    if (ended === 'none') return;
    const { direction } = combination.moment;
    if (ended !== 'stopped') expect(ended).toBe(direction === 'forward' ? 'finished' : 'reverted');
    else {
      // It does not go back to a legacy login that they have broken, or likely have.
      if (code === 'legacy-login-broken' || code === 'not-certain') return;
      expect(combination.change.stops, message).toContain(direction);
      // What flex-sso does not write itself it cannot overwrite: the checks, or Entra, say what is wrong.
      if (code === 'verification-failed' || code === 'entity-id-not-allowed') return;
      expect(code).toBe('changed-by-others');
      expect(message).toContain('--overwrite');
      expect(approved).toBe(direction === 'forward' ? 'finished' : 'reverted');
    }
  },
);
