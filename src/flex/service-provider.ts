import { type FlexSsoError, inputError } from '../errors.js';
import type { ServiceProvider } from '../migration/facts.js';

/** The Entity ID and the ACS URL of an enhanced connection (`JQ…`). */
export function serviceProviderOf(connectionName: string): ServiceProvider {
  return {
    entityId: `urn:flex:${connectionName}`,
    acsUrl: `https://login.flex.us1.twilio.com/login/callback?connection=${connectionName}`,
  };
}

/** Every form that Twilio has given the legacy values of an account, the current one first. */
export function legacyServiceProviders(accountSid: string): readonly ServiceProvider[] {
  const iam = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;
  const preview = `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`;
  return [
    { entityId: `${iam}/metadata`, acsUrl: iam },
    // Twilio's own pages show the ACS URL with and without a slash at its end.
    { entityId: `${iam}/metadata`, acsUrl: `${iam}/` },
    { entityId: preview, acsUrl: preview },
    { entityId: preview, acsUrl: `${preview}/` },
  ];
}

interface PastedEntityId {
  entityId?: string | undefined;
  accountSid: string;
  connectionNames?: readonly string[];
}

/**
 * Reads the two values that Console shows for an enhanced connection, pasted by a person. `connectionNames` are those that
 * Flex lists for the account; leave them out, or empty, where nothing is known. Throws an input error that says which value is wrong.
 */
export function readServiceProvider(
  given: PastedEntityId & { acsUrl?: string | undefined },
): ServiceProvider & { name: string } {
  const entityId = pasted(given.entityId);
  const acsUrl = pasted(given.acsUrl);
  if (/^https:.*[?&]connection=/.test(entityId) && /^urn:flex:/.test(acsUrl))
    throw inputError('values-swapped', 'The Entity ID and the ACS URL are swapped.', 'Exchange the two values.', both);
  const name = readConnectionName(given);
  const other = connectionOfAcsUrl(acsUrl, given.accountSid);
  if (other !== name)
    throw inputError(
      'acs-url-other-connection',
      `The ACS URL belongs to the connection ${other}, but the Entity ID to ${name}.`,
      copyAgain,
      both,
    );
  return { entityId, acsUrl, name };
}

/** The connection of a pasted Entity ID, as long as the ACS URL is not there. Throws as `readServiceProvider`. */
export function readConnectionName(given: PastedEntityId): string {
  const name = connectionOfEntityId(pasted(given.entityId), given.accountSid);
  const known = given.connectionNames ?? [];
  if (known.length > 0 && !known.includes(name))
    throw inputError(
      'connection-not-listed',
      `Flex lists no connection ${name} for the account ${given.accountSid}, but ${known.join(', ')}; it may be another account's.`,
      'Check in Console which account is selected, and copy both values from its "Set up your identity provider" page.',
    );
  return name;
}

const both = ['entityId', 'acsUrl'];
const copyAgain = 'Copy both values again from the "Set up your identity provider" page in Console.';
const legacyForm = /^https?:\/\/(?:iam\.twilio\.com\/v1|preview\.twilio\.com\/iam)\/Accounts\/([^/]+)\/saml2/i;

/** Whether a value is an Entity ID or an ACS URL of the legacy connection of any account. */
export const isLegacyAddress = (value: string): boolean => legacyForm.test(value);

function connectionOfEntityId(entityId: string, accountSid: string): string {
  if (entityId === '') throw inputError('entity-id-missing', 'The Entity ID is missing.', copyAgain);
  refuseLegacy('entity-id', 'Entity ID', entityId, accountSid);
  const name = /^urn:flex:(.*)$/.exec(entityId)?.[1];
  if (name === undefined)
    throw inputError('entity-id-unknown', `"${shown(entityId)}" is no Entity ID of Flex: urn:flex:JQ….`, copyAgain);
  if (!isConnectionName(name)) throw malformed('entity-id', 'Entity ID', name);
  return name;
}

function connectionOfAcsUrl(acsUrl: string, accountSid: string): string {
  if (acsUrl === '') throw inputError('acs-url-missing', 'The ACS URL is missing.', copyAgain);
  refuseLegacy('acs-url', 'ACS URL', acsUrl, accountSid);
  if (!URL.canParse(acsUrl)) throw inputError('acs-url-unknown', `"${shown(acsUrl)}" is no URL.`, copyAgain);
  const url = new URL(acsUrl);
  if (url.protocol === 'http:')
    throw inputError('acs-url-insecure', 'The ACS URL begins with http://; Flex uses https:// alone.', copyAgain);
  // Regions other than us1 have hosts of their own.
  if (!/^login\.flex\.[a-z0-9-]+\.twilio\.com$/.test(url.host))
    throw inputError('acs-url-host', `The ACS URL is at ${shown(url.host)}, which is not Flex.`, copyAgain);
  const name = url.searchParams.get('connection');
  if (url.protocol !== 'https:' || url.pathname !== '/login/callback' || name === null || url.hash || url.username)
    throw inputError(
      'acs-url-unknown',
      `"${shown(acsUrl)}" is no ACS URL of Flex: https://login.flex.us1.twilio.com/login/callback?connection=JQ….`,
      copyAgain,
    );
  if (!isConnectionName(name)) throw malformed('acs-url', 'ACS URL', name);
  return name;
}

function refuseLegacy(code: string, label: string, value: string, accountSid: string): void {
  const account = legacyForm.exec(value)?.[1];
  if (account === undefined) return;
  if (account.toLowerCase() === accountSid.toLowerCase())
    throw inputError(`${code}-legacy`, `This is the ${label} of the legacy connection, not of the new one.`, copyAgain);
  throw inputError(
    `${code}-legacy-other-account`,
    `This is the ${label} of a legacy connection of another account, ${shown(account)}.`,
    `Check in Console that the account ${accountSid} is selected, and copy both values of the new connection.`,
  );
}

function malformed(code: string, label: string, name: string): FlexSsoError {
  return inputError(
    `${code}-malformed`,
    `The ${label} names the connection "${shown(name)}"; a connection is JQ and 32 characters of 0-9 and a-f.`,
    `It may be cut off. ${copyAgain}`,
  );
}

const isConnectionName = (name: string) => /^JQ[0-9a-f]{32}$/.test(name);
/** Copied out of tables and mails, values come with white space and quotes around them. */
const pasted = (value = '') =>
  value
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2')
    .trim();
const shown = (value: string) => (value.length > 120 ? `${value.slice(0, 120)}…` : value);
