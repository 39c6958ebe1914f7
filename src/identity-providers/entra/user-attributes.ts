import type { User } from '@microsoft/microsoft-graph-types';
import { type ClaimsEntry, isTransformed } from './claims.js';
import { extractMailPrefix } from './portal-claims.js';

/** What claims call an attribute of a user, in lower case, and Graph's property for it. */
const properties: Readonly<Record<string, keyof User>> = {
  userprincipalname: 'userPrincipalName',
  localuserprincipalname: 'userPrincipalName',
  mail: 'mail',
  objectid: 'id',
  displayname: 'displayName',
  givenname: 'givenName',
  surname: 'surname',
  employeeid: 'employeeId',
  mailnickname: 'mailNickname',
  onpremisessamaccountname: 'onPremisesSamAccountName',
  onpremisesuserprincipalname: 'onPremisesUserPrincipalName',
  onpremisesimmutableid: 'onPremisesImmutableId',
};

/** Where the value of a claim is to be read. */
export interface ValueSource {
  property: keyof User;
  /** `extensionAttribute1` … `15`, inside the property. */
  member?: string;
  /** What comes before the last `@` alone. */
  isPrefix?: boolean;
}

/** Claims with what they are made of. */
export interface ClaimsSource {
  entries: readonly ClaimsEntry[];
  transformations: readonly unknown[];
}

/** The property of a user that a claim is made of; `undefined` where it is a constant, or made in a way that only Entra can compute. */
export function sourceOf(entry: ClaimsEntry, claims: ClaimsSource): ValueSource | undefined {
  if (isTransformed(entry)) return prefixSourceOf(entry, claims);
  const { Source, ID, Value } = entry;
  if (Source !== 'user' || !ID || Value !== undefined) return undefined;
  const name = ID.toLowerCase();
  const numbered = /^extensionattribute([1-9]|1[0-5])$/.exec(name)?.[1];
  if (numbered) return { property: 'onPremisesExtensionAttributes', member: `extensionAttribute${numbered}` };
  const property = properties[name];
  return property && { property };
}

interface Transformation {
  ID?: string;
  TransformationMethod?: string;
  InputClaims?: readonly { ClaimTypeReferenceId?: string }[];
}

function prefixSourceOf(entry: ClaimsEntry, { entries, transformations }: ClaimsSource): ValueSource | undefined {
  const id = entry.TransformationId ?? entry.TransformationID;
  const found = (transformations as readonly (Transformation | null)[]).find(one => one?.ID === id);
  const [input, ...more] = found?.InputClaims ?? [];
  if (found?.TransformationMethod !== extractMailPrefix || more.length > 0) return undefined;
  const from = entries.find(other => !isTransformed(other) && other.ID === input?.ClaimTypeReferenceId);
  const source = from && sourceOf(from, { entries: [], transformations: [] });
  return source && { ...source, isPrefix: true };
}

/** The value that a user has there; `undefined` where it is empty. */
export function attributeValue(user: User, { property, member, isPrefix }: ValueSource): string | undefined {
  const held: unknown = user[property];
  const value = member ? (held as Record<string, unknown> | null | undefined)?.[member] : held;
  if (typeof value !== 'string' || value === '') return undefined;
  return isPrefix ? value.replace(/@[^@]*$/, '') : value;
}

/** The entries and transformations of a policy; none of what somebody else wrote and cannot be read. */
export function claimsSourceOf(content: unknown): ClaimsSource {
  const { ClaimsMappingPolicy: policy } = (content ?? {}) as { ClaimsMappingPolicy?: Record<string, unknown> };
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return {
    entries: list(policy?.ClaimsSchema) as readonly ClaimsEntry[],
    transformations: list(policy?.ClaimsTransformation ?? policy?.ClaimsTransformations),
  };
}
