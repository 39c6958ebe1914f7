import type { Check, ReadContext } from '../migration/step.js';
import type { Probe } from './client.js';
import { loginRedirectUrl } from './login.js';

/** Starts a login through the enhanced connection and compares what Flex asks of the identity provider with what it should ask. */
export async function checkEnhancedLogin({ flex, migration }: ReadContext): Promise<Check> {
  const { connection, identityProviderData, legacy } = migration.facts;
  const probe = connection && (await flex.probe(connection.name, loginRedirectUrl(migration)));
  // A modified connection goes on with the IdP data of the legacy one.
  const ssoUrl = migration.answers.setupType === 'modify' ? legacy?.ssoUrl : identityProviderData?.ssoUrl;
  return compare('enhanced-login', 'enhanced', probe, { ...connection, ssoUrl });
}

interface Expected {
  entityId?: string | undefined;
  acsUrl?: string | undefined;
  ssoUrl?: string | undefined;
}

function compare(name: string, connection: string, probe: Probe | undefined, expected: Expected): Check {
  if (probe?.reached !== 'identity-provider')
    return {
      name,
      result: 'failed',
      strength: 'observed',
      message: `A login through the ${connection} connection does not reach the identity provider.`,
      seen: probe ? `${probe.code ?? `HTTP ${probe.status}`}: ${probe.message}` : 'no connection',
      hint: 'Check in Console that the setup is at the page after this step, and that every value was saved.',
    };
  const { authnRequest, ssoUrl } = probe;
  const pairs: readonly [label: string, expected: string | undefined, seen: string | undefined][] = [
    ['Single Sign-On URL', expected.ssoUrl, ssoUrl],
    ['Entity ID', expected.entityId, authnRequest.issuer],
    ['ACS URL', expected.acsUrl, authnRequest.acsUrl],
  ];
  for (const [label, wanted, seen] of pairs)
    if (wanted && seen && wanted !== seen)
      return {
        name,
        result: 'failed',
        strength: 'observed',
        message: `Flex uses another ${label} for the ${connection} connection than expected.`,
        expected: wanted,
        seen,
        hint: `Correct the ${label} where it was entered.`,
      };
  return {
    name,
    result: 'passed',
    strength: 'observed',
    message: `Flex sends logins through the ${connection} connection to ${ssoUrl}, with the Entity ID ${authnRequest.issuer}.`,
  };
}
