import { legacyServiceProviders } from '../flex/service-provider.js';
import { type IdentityProvider, identityProviderBehind } from '../identity-providers/labels.js';
import type { Migration, ServiceProvider, WorkerRecord } from '../migration/state.js';
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
  /** Those that Flex holds: the only keys that verify anything. */
  certificates: readonly Certificate[];
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
  const recorded = data ? [readCertificate(data.certificate, now)] : [];
  const isBack = direction === 'back' && facts?.revertedAt !== undefined;
  return {
    serviceProvider: (isBack ? undefined : facts?.connection) ?? facts?.legacy,
    legacy: accountSid && !isBack ? legacyServiceProviders(accountSid) : [],
    issuer: data?.issuer ?? issuerOfTenant(facts?.legacy?.tenantId),
    ssoUrl,
    certificates: given.certificates ?? recorded,
    identityProvider: answers?.identityProvider ?? (ssoUrl === undefined ? undefined : identityProviderBehind(ssoUrl)),
    workers: facts?.workersBefore,
    now,
  };
}

const issuerOfTenant = (tenantId: string | undefined) => tenantId && `https://sts.windows.net/${tenantId}/`;

/** Where no connection is known, at least the Entity ID and the ACS URL of one message have to belong together. */
export function withAssumedConnection(expected: Expected, entityId?: string, acsUrl?: string): Expected {
  const connection = /^urn:flex:(JQ[0-9a-f]{32})$/.exec(entityId ?? '')?.[1];
  if (expected.serviceProvider || !entityId || !connection || !acsUrl) return expected;
  const own = acsUrl.replace(/\bconnection=JQ[0-9a-f]{32}\b/, `connection=${connection}`);
  return { ...expected, serviceProvider: { entityId, acsUrl: own } };
}
