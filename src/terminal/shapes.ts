import type { Change } from '../migration/state.js';
import { shortened } from './output.js';

export type Json = Change['before'];
type JsonObject = Readonly<Record<string, Json>>;

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
}

const longName = 60;
const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';

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
        ClaimsTransformation: 'Transformations',
      },
      words: { true: 'yes', false: 'no' },
      entry: claim,
    },
    appRoles: { entry: ({ value, displayName }) => (isText(value) ? `${value} (${displayName})` : undefined) },
    appRoleAssignments: { entry: assignment },
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

/** `email ← user.mail` */
function claim({ Source = 'user', ID, Value, TransformationId, SamlClaimType }: JsonObject): string | undefined {
  if (!isText(SamlClaimType)) return undefined;
  const name = SamlClaimType === nameIdentifier ? 'NameID' : SamlClaimType;
  if (isText(TransformationId)) return `${name} ← transformation ${TransformationId}`;
  if (isText(Value)) return `${name} ← “${Value}”`;
  return isText(ID) ? `${name} ← ${Source}.${ID}` : undefined;
}

/** `Ann Smith – agent` */
function assignment({ displayName, principalType, role, roleName }: JsonObject): string | undefined {
  if (!isText(displayName)) return undefined;
  const group = principalType === 'Group' ? ' (group)' : '';
  // What follows a name must be seen, however long the name is.
  return `${shortened(displayName, longName)}${group} – ${role || roleName || 'default access'}`;
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';
