import type { Change } from '../migration/state.js';
import { claim, inputsOfTransformations, transformation, withInputsApart } from './claim-shapes.js';
import { isText, type Json, type JsonObject } from './json-value.js';
import { shortened } from './output.js';

/** How the values of one kind of change are told to somebody who knows the identity provider by its own pages. */
export interface Shape {
  /** Beginning of a property's path that the title of the change has said already. */
  within?: string;
  /** What a property is called, by what is left of its path. */
  labels?: Readonly<Record<string, string>>;
  /** What a value is called. */
  words?: Readonly<Record<string, string>>;
  /** An entry of a list in words; undefined where it is not what it is expected to be. */
  entry?(value: JsonObject): string | undefined;
  /** The value as it is to be compared and drawn, where that is not as it is written. */
  arranged?(value: Json): Json;
  /** Every entry counts: a list is drawn whole, however long it is. */
  isWhole?: boolean;
  /** What entries are counted by, where a list is too long to be drawn. */
  role?(value: JsonObject): string;
}

const longName = 60;

/** By the `resource` of a change. Whatever is not listed is drawn property by property, under its own names. */
const shapes = new Map<string, Shape>(
  Object.entries({
    application: { labels: { displayName: 'Name' } },
    tokenSigningCertificate: { labels: { displayName: 'Name', years: 'Years' } },
    preferredSingleSignOnMode: { words: { saml: 'SAML' } },
    web: {
      within: 'redirectUris',
      labels: { redirectUriSettings: 'Reply URLs with an index' },
      entry: ({ uri, index }) => (isText(uri) ? `${uri}, index ${index}` : undefined),
    },
    tokenIssuancePolicy: {
      within: 'TokenIssuancePolicy',
      labels: {
        Version: 'Policy version',
        SigningAlgorithm: 'Signing Algorithm',
        TokenResponseSigningPolicy: 'Signing Option',
        SamlTokenVersion: 'SAML version',
      },
      words: {
        'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'SHA-256',
        'http://www.w3.org/2000/09/xmldsig#rsa-sha1': 'SHA-1',
        ResponseAndToken: 'Sign SAML response and assertion',
        ResponseOnly: 'Sign SAML response',
        TokenOnly: 'Sign SAML assertion',
      },
    },
    claimsMappingPolicy: {
      within: 'ClaimsMappingPolicy',
      labels: {
        Version: 'Policy version',
        IncludeBasicClaimSet: 'Basic claims besides',
        ClaimsSchema: 'Claims',
        [inputsOfTransformations]: 'Read by transformations, and not sent themselves',
        ClaimsTransformation: 'Transformations',
        ClaimsTransformations: 'Transformations',
        assigned: 'Policy',
        stays: 'Stays in the tenant',
      },
      words: { true: 'yes', false: 'no' },
      entry: value => transformation(value) ?? claim(value) ?? policy(value),
      arranged: withInputsApart,
      isWhole: true,
    },
    appRoles: {
      entry: ({ value, displayName }) => (isText(value) ? `${value} (${displayName})` : undefined),
      isWhole: true,
    },
    appRoleAssignments: { entry: assignment, role: roleOf },
    identityProvider: { labels: { entityId: 'Entity ID', acsUrl: 'ACS URL' } },
    flexConsole: {
      labels: { issuer: 'Identity Provider Issuer', ssoUrl: 'Single Sign-On URL', certificate: 'X.509 Certificate' },
    },
  } satisfies Record<string, Shape>),
);

export const shapeOf = ({ resource }: Change): Shape => shapes.get(resource) ?? {};

/** The name of a property for a reader; empty where the title of the change says it. */
export function labelOf({ within, labels = {} }: Shape, property: string): string {
  if (property === within) return '';
  const rest = within && property.startsWith(`${within}.`) ? property.slice(within.length + 1) : property;
  return (Object.hasOwn(labels, rest) && labels[rest]) || rest;
}

/** The name of a policy that is assigned. */
const policy = ({ displayName }: JsonObject) => (isText(displayName) ? displayName : undefined);

/** `Ann Smith – agent` */
function assignment({ principalId, displayName, principalType, role, roleName }: JsonObject): string | undefined {
  if (!isText(principalId)) return undefined;
  const name = isText(displayName) && displayName.trim() !== '' ? displayName : `(no name) ${principalId}`;
  const group = principalType === 'Group' ? ' (group)' : '';
  // What follows a name must be seen, however long the name is.
  return `${shortened(name, longName)}${group} – ${roleOf({ role, roleName })}`;
}

/** A role that has no value gives default access, under whichever name. */
function roleOf({ role, roleName }: { role?: Json | undefined; roleName?: Json | undefined }): string {
  if (isText(role)) return role;
  return isText(roleName) ? roleName : 'default access';
}
