import semver from 'semver';
import { FlexSsoError } from '../errors.js';
import type { Check } from '../migration/state.js';

const needed = '2.7.0';
const advised = '2.15.1';
const upgrade = 'Upgrade in Flex Console (Flex > Overview) or, self-hosted, in the `package.json` of your Flex UI.';

/**
 * Holds a configured Flex UI version against what enhanced SSO needs. Throws 'flex-ui-too-old' where it cannot be 2.7 or later; a
 * version that floats passes with a note, as it does not show what runs.
 */
export function checkUiVersion(uiVersion: string): Check {
  const check = {
    name: 'flex-ui-version',
    strength: 'observed',
    expected: `${needed} or later`,
    seen: uiVersion,
  } as const;
  const range = asRange(uiVersion);
  if (!range)
    return {
      ...check,
      result: 'unknown',
      message: `The configured Flex UI version is ${uiVersion ? `"${uiVersion}"` : 'empty'}, which says nothing.`,
      hint: `Look the version up in Flex itself: it must be ${needed} or later.`,
    };
  if (!semver.intersects(range, `>=${needed}`, prereleases))
    throw new FlexSsoError(
      'flex-ui-too-old',
      `Enhanced SSO needs Flex UI 2.7 or later; this account is configured for ${uiVersion}.`,
      `${upgrade} Then run the migration again.`,
    );
  if (!semver.subset(range, `>=${needed}`, prereleases))
    return {
      ...check,
      result: 'passed',
      message: `Flex UI is configured as ${uiVersion}, which allows 2.7 or later but does not prove it.`,
      hint: `Look the running version up in Flex: it must be ${needed} or later.`,
    };
  const passed = { ...check, result: 'passed', message: `Flex UI is configured as ${uiVersion}.` } as const;
  if (semver.subset(range, `>=${advised}`, prereleases)) return passed;
  const why = 'earlier ones drop calls when an enhanced session is renewed';
  return { ...passed, hint: `${advised} or later is advised: ${why}. ${upgrade}` };
}

const prereleases = { includePrerelease: true };

/** `1.n`, `2.auto` and `2.7.auto` are Twilio's ways to say that a part floats. */
function asRange(uiVersion: string): string | undefined {
  const text = uiVersion.trim().replace(/\.(n|auto)\b/gi, '.x');
  if (!/^[~^]?v?\d/.test(text)) return undefined;
  return semver.validRange(text) ?? undefined;
}
