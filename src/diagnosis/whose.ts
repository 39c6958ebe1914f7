import { type IdentityProvider, identityProviderBehind } from '../identity-providers/labels.js';

/**
 * Whose product a message comes from, or goes to: the first of its addresses that says so, else what is recorded. The addresses may be
 * anybody's words: they choose among our texts, and nothing else.
 */
export function whose(
  addresses: readonly (string | undefined)[],
  recorded: IdentityProvider | undefined,
): IdentityProvider | undefined {
  const [named] = addresses.flatMap(address => (address && identityProviderBehind(address.slice(0, 2000))) || []);
  return named ?? recorded;
}

/** The addresses in somebody's words. */
export const addressesIn = (words: string): string[] =>
  Array.from(
    words.slice(0, 5000).matchAll(/\bhttps?:\/\/[^\s"'<>)]{1,500}|\burn:[\w.-]{1,200}/g),
    ([address]) => address,
  );
