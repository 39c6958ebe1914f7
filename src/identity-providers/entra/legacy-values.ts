import type { Migration } from '../../migration/state.js';

type Known = Pick<Migration, 'accountSid' | 'facts'>;

/** Everything that legacy connections of an account were ever told to register as identifier or reply URL, without a final slash. */
export function legacyValues({ accountSid, facts }: Known): Set<string> {
  const current = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;
  const older = `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`;
  const seen = [facts.legacy?.entityId, facts.legacy?.acsUrl].filter(value => value !== undefined && value !== '');
  return new Set(
    [...seen, `${current}/metadata`, current, older, `${older}/metadata`].map(value => trimmed(value ?? '')),
  );
}

/** Whether an identifier or reply URL is one of a legacy connection; a final slash is tolerated, as Twilio's own page shows one. */
export const isLegacyValue = (values: ReadonlySet<string>, value: string) => values.has(trimmed(value));

/** The same with and without a final slash, what Flex was seen to send first. */
export const legacyForms = (known: Known): string[] => [...legacyValues(known)].flatMap(bothForms);

export const bothForms = (value: string): [string, string] => [trimmed(value), `${trimmed(value)}/`];

/** Whether two values are the same but for a final slash. */
export const isSameForm = (one: string, other: string) => trimmed(one) === trimmed(other);

const trimmed = (value: string) => value.replace(/\/+$/, '');
