import type { Details, Identity } from './diagnosis.js';

/** Enough of a value to recognise one's own, too little to give it away: its length, and of longer ones the first character. */
export function masked(value: string): string {
  const characters = [...value];
  if (characters.length === 0) return '';
  const first = characters.length < 5 ? '' : characters[0];
  return `${first}… (${characters.length} ${characters.length === 1 ? 'character' : 'characters'})`;
}

/** Those of a mail address, as they are, in a URL (`%40`, also twice encoded), or in a Flex identity (`ann_40example_2Ecom`). */
const addresses = [
  /[^\s'"<>()?&=/,;]{1,254}(?:[@＠]|%(?:25){0,3}40)[^\s'"<>()?&=/,;]{1,254}/gi,
  /\b\w{1,254}_40\w{1,254}_2E\w{1,254}/g,
];

/** Remote words without the mail addresses and user names in them, as in an error page that greets whoever logged in. */
export const withoutAddresses = (text: string): string =>
  addresses.reduce((rest, address) => rest.replace(address, '…@…'), text);

/** What a message says beside the person, as far as names of systems do not hold a person's address after all. */
export function maskedDetails(details: Details): Details {
  const { issuer, entityId, acsUrl, unverified } = details;
  return {
    ...details,
    ...maskedAddresses({ issuer, entityId, acsUrl }),
    ...(unverified && { unverified: maskedAddresses(unverified) }),
  };
}

const maskedAddresses = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, withoutAddresses(value.slice(0, 2000))]],
    ),
  );

/** Who logged in, without saying who: names of attributes and roles of Flex stay, everything else is masked. */
export function maskedIdentity({ nameId, attributes, ...rest }: Identity): Identity {
  return {
    ...(nameId !== undefined && { nameId: masked(nameId) }),
    ...rest,
    attributes: attributes.map(({ name, values }) => ({
      name: withoutAddresses(name),
      values: values.map(name === 'roles' ? maskedRole : masked),
    })),
  };
}

/** The names of Flex's roles, and what people read in their place; everything else in the attribute is somebody's own data. */
const roleNames =
  /^(administrators?|admins?|supervisors?|agents?|flex[-_ .]?(admin|supervisor|agent)|wfo\.[a-z_]{1,40})$/i;

/** A value of the attribute `roles`: the roles of Flex in it and what stands between them, and nothing else. */
export function maskedRole(value: string): string {
  if (value.length > 200) return masked(value);
  if (roleNames.test(value)) return value;
  const words = value.match(/[\w.-]+|[\s,;:|/+&]+|[^\w.\s,;:|/+&-]+/g) ?? [];
  if (!words.some(word => roleNames.test(word))) return masked(value);
  return words.map(word => (roleNames.test(word) || /^[\s,;:|/+&]+$/.test(word) ? word : masked(word))).join('');
}
