import type { Identity } from './diagnosis.js';

/** Enough of a value to recognise one's own, too little to give it away: its length, and of longer ones the first character. */
export function masked(value: string): string {
  const characters = [...value];
  if (characters.length === 0) return '';
  const first = characters.length < 5 ? '' : characters[0];
  return `${first}… (${characters.length} ${characters.length === 1 ? 'character' : 'characters'})`;
}

/** Remote words without the mail addresses and user names in them, as in an error page that greets whoever logged in. */
export const withoutAddresses = (text: string): string => text.replace(/[^\s'"<>()]+@[^\s'"<>()]+/g, '…@…');

/** Who logged in, without saying who: names of attributes and roles of Flex stay, everything else is masked. */
export function maskedIdentity({ nameId, attributes, ...rest }: Identity): Identity {
  return {
    ...(nameId !== undefined && { nameId: masked(nameId) }),
    ...rest,
    attributes: attributes.map(({ name, values }) => ({
      name,
      values: values.map(value => (name === 'roles' && isFlexRole(value) ? value : masked(value))),
    })),
  };
}

const isFlexRole = (value: string) => /^(admin|supervisor|agent)$/.test(value);
