import type { Envelope } from '../saml/assertion.js';
import { type Finding, type FindingOptions, findingOf } from './finding.js';
import { withoutAddresses } from './personal.js';
import { recognise } from './recognise.js';

const maxCodes = 3;
const maxCharacters = 300;

/**
 * Why the identity provider says that a login failed, by the same table as an error page. `isVerified`: the response itself is signed
 * with a known key; else anybody may have written it, and what it says is a hint.
 */
export function statusFindings(
  { status, statusMessage = '' }: Envelope,
  isVerified: boolean,
  given: FindingOptions,
): Finding[] {
  const options: FindingOptions = { ...given, certainty: isVerified ? 'seen' : 'likely' };
  const codes = status.slice(0, maxCodes).map(code => code.slice(0, 60));
  const found = recognise({ message: `${statusMessage} Status: ${codes.join(' > ')}.` }, options);
  const said = withoutAddresses(statusMessage.replace(/\s+/g, ' ').slice(0, 4 * maxCharacters)).slice(0, maxCharacters);
  const evidence = [
    `Status: ${codes.join(' > ')}.`,
    ...(said ? [`It says: "${said}".`] : []),
    ...(isVerified ? [] : ['Nothing of this is verified.']),
  ].join(' ');
  if (found.length === 0) return [findingOf('identity-provider-refused', evidence, options)];
  return found.map(finding => ({
    ...finding,
    evidence,
    certainty: isVerified ? finding.certainty : ('likely' as const),
  }));
}
