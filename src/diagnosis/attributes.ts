import { workersByNameId } from '../flex/identity.js';
import type { Assertion } from '../saml/assertion.js';
import type { CauseCode } from './causes.js';
import type { Expected } from './expected.js';
import { type Finding, type FindingOptions, findingOf } from './finding.js';
import { withoutAddresses } from './personal.js';
import { roleFindings } from './roles.js';

const demanded = ['email', 'full_name', 'roles'] as const;
type Demanded = (typeof demanded)[number];

/** What an assertion says of the person. Evidence names attributes, never their values. */
export function attributeFindings(assertion: Assertion, expected: Expected, options: FindingOptions): Finding[] {
  return [
    ...nameIdFindings(assertion, expected, options),
    ...spacesFindings(assertion, options),
    ...demanded.flatMap(name => repeatedFinding(name, assertion.attributes, options)),
    ...demanded.flatMap(name => attributeFinding(name, assertion.attributes, options)),
  ];
}

function repeatedFinding(name: Demanded, attributes: Assertion['attributes'], options: FindingOptions): Finding[] {
  const { length } = attributes.filter(attribute => attribute.name === name);
  if (length < 2) return [];
  const evidence = `The assertion holds ${length} attributes of the name ${name}.`;
  return [findingOf('attribute-repeated', evidence, { ...options, attributes: [name] })];
}

function attributeFinding(name: Demanded, attributes: Assertion['attributes'], options: FindingOptions): Finding[] {
  const held = attributes.filter(attribute => attribute.name === name).flatMap(attribute => attribute.values);
  if (attributes.some(attribute => attribute.name === name)) {
    if (held.every(value => value.trim() === '')) return [empty(name, options)];
    return name === 'roles' ? roleFindings(held, { ...options, attributes: ['roles'] }) : [];
  }
  const names = attributes.map(attribute => attribute.name);
  const namespaced = names.find(other => last(other) !== other && isLike(last(other), name));
  if (namespaced) return [named('attribute-namespaced', name, namespaced, options)];
  const misspelt = names.find(other => !(demanded as readonly string[]).includes(other) && isLike(other, name));
  if (misspelt) return [named('attribute-misspelt', name, misspelt, options)];
  const code = name === 'roles' ? 'roles-missing' : 'attribute-missing';
  // Microsoft Entra leaves a claim out whose source is empty for this user.
  const maybe = name === 'email' ? ' It may be left out because the user has no mail.' : '';
  const evidence = `There is no attribute ${name}; sent are: ${listed(names)}.${maybe}`;
  return [findingOf(code, evidence, { ...options, attributes: [name] })];
}

const empty = (name: Demanded, options: FindingOptions) =>
  findingOf(
    name === 'email' ? 'mail-empty' : name === 'roles' ? 'roles-missing' : 'attribute-empty',
    `The attribute ${name} is sent without a value.`,
    { ...options, attributes: [name] },
  );

const named = (code: CauseCode, name: Demanded, seen: string, options: FindingOptions) =>
  findingOf(code, `Sent is "${shown(seen)}", wanted is "${name}".`, { ...options, attributes: [name] });

/** What identity providers and people write where Flex wants these names. */
const likenesses: Readonly<Record<Demanded, RegExp>> = {
  email: /^e?-?mails?(address)?$|^user\.?mail$|^emial$/,
  full_name: /^(full|display)?[-_ .]?name$|^fullnames?$|^user\.?displayname$/,
  roles: /^(user)?[-_ .]?roles?$|^(assigned|app|flex)[-_ .]?roles?$|^role_?s$/,
};

function isLike(seen: string, name: Demanded): boolean {
  const plain = seen.trim().toLowerCase();
  return likenesses[name].test(plain) || distance(plain, name) <= (name === 'full_name' ? 2 : 1);
}

/** The name behind its namespace: `http://schemas…/claims/emailaddress` → `emailaddress`. */
const last = (name: string) => name.split(/[/:#]/).at(-1) ?? name;

/** How many characters have to be changed, left out or put in. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (b[j - 1] === character ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function nameIdFindings({ nameId }: Assertion, { workers }: Expected, options: FindingOptions): Finding[] {
  if (!nameId?.value.trim()) return [findingOf('name-id-missing', 'NameID is absent or empty.', options)];
  if (nameId.format?.endsWith(':transient'))
    return [findingOf('name-id-transient', 'The Format of the NameID is transient.', options)];
  if (!workers || workers.length === 0) return [];
  const found = workersByNameId(workers)(nameId.value);
  if (found?.exact) return [];
  if (found) return [findingOf('name-id-changed', 'A Worker has this NameID in other upper and lower case.', options)];
  const likely: FindingOptions = { ...options, certainty: 'likely' };
  return [findingOf('worker-new', `None of the ${workers.length} Workers of before has this NameID.`, likely)];
}

function spacesFindings({ nameId }: Assertion, options: FindingOptions): Finding[] {
  const value = nameId?.value ?? '';
  if (value === value.trim() || value.trim() === '') return [];
  const [before, after] = [value.length - value.trimStart().length, value.length - value.trimEnd().length];
  return [findingOf('name-id-spaces', `White space: ${before} characters before it, ${after} after it.`, options)];
}

const listed = (names: readonly string[]) => names.slice(0, 12).map(shown).join(', ') || 'none';
const shown = (name: string) => withoutAddresses(name.length > 120 ? `${name.slice(0, 120)}…` : name);
