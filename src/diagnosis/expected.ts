import { legacyServiceProviders } from '../flex/service-provider.js';
import { type IdentityProvider, identityProviderBehind } from '../identity-providers/labels.js';
import type { ServiceProvider, WorkerRecord } from '../migration/facts.js';
import { lastApplied } from '../migration/journal.js';
import type { Migration } from '../migration/state.js';
import type { AuthnRequest } from '../saml/authn-request.js';
import { type Certificate, readCertificate } from '../saml/certificate.js';

/** What a message is held against. What is not known is left out, and then not judged. */
export interface Expected {
  /** Entity ID and ACS URL of the connection in use. */
  serviceProvider?: ServiceProvider | undefined;
  /** The legacy values of the account, in all their forms. */
  legacy: readonly ServiceProvider[];
  /** Entity ID of the identity provider. */
  issuer?: string | undefined;
  ssoUrl?: string | undefined;
  /** Where the legacy connection sent people when the migration began. */
  legacySsoUrl?: string | undefined;
  /** Those that were given to Flex, or else that the identity provider is recorded to list: the only keys that verify anything. */
  certificates: readonly Certificate[];
  /** Of those the ones that it is to sign with: all that were named by hand, else the recorded ones; empty where that is not known. */
  active: readonly Certificate[];
  /** Whether they are what the migration gave to Flex. */
  areInFlex: boolean;
  /** Whether somebody named them by hand; what Flex holds is then not known. */
  areNamed?: boolean;
  /** What the migration recorded as active at the identity provider, and when (ISO 8601), where that is known. */
  recorded?: { thumbprints: readonly string[]; at?: string } | undefined;
  identityProvider?: IdentityProvider | undefined;
  /** The Workers that were there before the migration. */
  workers?: readonly WorkerRecord[] | undefined;
  /** ID of the AuthnRequest that was captured together with the response. */
  requestId?: string | undefined;
  /** When the message was sent, where that was recorded; else it is judged by the clock of this computer. */
  sentAt?: Date | undefined;
  now: Date;
}

/** What is known of a migration; certificates that were named by hand take the place of the recorded one. */
export function expectedOf(
  migration: Migration | undefined,
  given: { certificates?: readonly Certificate[]; now?: Date } = {},
): Expected {
  const now = given.now ?? new Date();
  const { facts, answers, accountSid, direction } = migration ?? {};
  const data = facts?.identityProviderData;
  const ssoUrl = data?.ssoUrl ?? facts?.legacy?.ssoUrl;
  const read = (list: readonly string[]) => list.map(pem => readCertificate(pem, now));
  const inFlex = data && read([data.certificate]);
  const listed = facts?.listedCertificates ?? [];
  const recorded = inFlex ?? read(listed.filter(it => it.active).map(it => it.certificate));
  const active = given.certificates ?? recorded;
  const at = data ? migration && enteredAt(migration) : facts?.listedCertificatesAt;
  const isBack = direction === 'back' && facts?.revertedAt !== undefined;
  return {
    serviceProvider: (isBack ? undefined : facts?.connection) ?? facts?.legacy,
    legacy: accountSid && !isBack ? legacyServiceProviders(accountSid) : [],
    issuer: data?.issuer ?? issuerOfTenant(facts?.legacy?.tenantId),
    ssoUrl,
    legacySsoUrl: facts?.legacy?.ssoUrl,
    certificates: given.certificates ??
      inFlex ?? [...active, ...read(listed.filter(it => !it.active).map(it => it.certificate))],
    active,
    areInFlex: given.certificates === undefined && inFlex !== undefined,
    areNamed: given.certificates !== undefined,
    recorded:
      recorded.length === 0
        ? undefined
        : { thumbprints: recorded.map(({ thumbprint }) => thumbprint), ...(at !== undefined && { at }) },
    identityProvider: answers?.identityProvider ?? (ssoUrl === undefined ? undefined : identityProviderBehind(ssoUrl)),
    workers: facts?.workersBefore,
    now,
  };
}

/** The legacy connection, in whichever of its known forms the request comes; where it is none of them, as it was recorded. */
export function legacyExpectedOf(
  { accountSid, facts: { legacy } }: Pick<Migration, 'accountSid' | 'facts'>,
  { issuer, acsUrl }: Partial<AuthnRequest> = {},
): Expected {
  const forms = [...(legacy ? [legacy] : []), ...legacyServiceProviders(accountSid)];
  const ofIssuer = forms.filter(({ entityId }) => entityId === issuer);
  const form = ofIssuer.find(one => one.acsUrl === acsUrl) ?? ofIssuer[0] ?? forms[0];
  return {
    serviceProvider: form && { entityId: form.entityId, acsUrl: form.acsUrl },
    legacy: [],
    issuer: issuerOfTenant(legacy?.tenantId),
    ssoUrl: legacy?.ssoUrl,
    certificates: [],
    active: [],
    areInFlex: false,
    identityProvider: legacy && identityProviderBehind(legacy.ssoUrl),
    now: new Date(),
  };
}

/** When the certificate went into Flex, where that was done. */
const enteredAt = ({ history, journal }: Migration) =>
  lastApplied([...history, ...journal], 'enter-identity-provider-data', 'flexConsole')?.appliedAt;

const issuerOfTenant = (tenantId: string | undefined) => tenantId && `https://sts.windows.net/${tenantId}/`;

/** Where no connection is known, at least the Entity ID and the ACS URL of one message have to belong together. */
export function withAssumedConnection(expected: Expected, entityId?: string, acsUrl?: string): Expected {
  const connection = /^urn:flex:(JQ[0-9a-f]{32})$/.exec(entityId ?? '')?.[1];
  if (expected.serviceProvider || !entityId || !connection || !acsUrl) return expected;
  const own = acsUrl.replace(/\bconnection=JQ[0-9a-f]{32}\b/, `connection=${connection}`);
  return { ...expected, serviceProvider: { entityId, acsUrl: own } };
}
