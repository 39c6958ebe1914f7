import { isKnownFormat } from '../diagnosis/authn-request.js';
import type { Expected } from '../diagnosis/expected.js';
import type { LoginPage, Probe } from '../flex/client.js';
import type { ConfiguredApplication } from '../identity-providers/entra/configured.js';
import type { ComparedItem, FollowedLogin } from '../migration/state.js';

/** A login that has come to the identity provider. */
export type Arrived = Extract<Probe, { reached: 'identity-provider' }>;

type Registered = Pick<ConfiguredApplication, 'identifiers' | 'replyUrls' | 'demandsSignedRequests'>;

/** What a login request is held against. */
export interface Against {
  expected: Expected;
  /** The application in Entra; undefined where it was not looked at. */
  application?: Registered | undefined;
  /** Entra has other values now, and is meant to: the legacy ones of a modified application. */
  isReplaced?: boolean;
}

const shownValues = 5;

/** Every request of a login that was followed, and each value of the login request beside what it should be. */
export function followedLogin(
  connection: FollowedLogin['connection'],
  probe: Probe,
  against: Against,
): Required<FollowedLogin> {
  const { reached, hops = [] } = probe;
  const compared = reached === 'identity-provider' ? comparedItems(probe, against) : [];
  return { connection, reached, hops: hops.map(hop => ({ ...hop })), compared };
}

function comparedItems(probe: Arrived, against: Against): ComparedItem[] {
  const { authnRequest: request, ssoUrl, signed = false, loginPage } = probe;
  const { expected, application, isReplaced = false } = against;
  const { serviceProvider } = expected;
  const { nameIdFormat, authnContextClassRef, binding } = request;
  const items: (ComparedItem | undefined)[] = [
    compared('Issuer (Entity ID)', serviceProvider?.entityId, request.issuer),
    held('Identifier in Entra', request.issuer, application?.identifiers, against),
    compared('ACS URL', serviceProvider?.acsUrl, request.acsUrl),
    held('Reply URL in Entra', request.acsUrl, application?.replyUrls, against),
    compared('Single Sign-On URL', expected.ssoUrl, ssoUrl),
    compared('Destination', ssoUrl, request.destination),
    {
      item: 'NameIDPolicy',
      expected: 'none, or unspecified, emailAddress or persistent',
      seen: nameIdFormat ?? 'none',
      result: nameIdFormat === undefined || isKnownFormat(nameIdFormat) ? 'same' : 'different',
    },
    compared('RequestedAuthnContext', 'none', authnContextClassRef ?? 'none'),
    signature(`${signed ? 'signed' : 'not signed'} (${binding})`, signed, application),
    ...(loginPage ? [ofLoginPage(loginPage, isReplaced)] : []),
  ];
  return items.filter(item => item !== undefined);
}

function compared(item: string, expected: string | undefined, seen: string | undefined): ComparedItem {
  if (expected === undefined || seen === undefined)
    return { item, expected: expected ?? 'not known', seen: seen ?? 'not named', result: 'not-compared' };
  return { item, expected, seen, result: expected === seen ? 'same' : 'different' };
}

/** Whether the application has a value of the request among its own. */
function held(
  item: string,
  value: string | undefined,
  values: readonly string[] | undefined,
  { expected, isReplaced }: Against,
): ComparedItem | undefined {
  if (value === undefined || expected.identityProvider !== 'entra') return undefined;
  if (!values) return { item, expected: value, seen: 'not looked at', result: 'not-compared' };
  if (values.includes(value)) return { item, expected: value, seen: value, result: 'same' };
  const seen = values.slice(0, shownValues).join(', ') || 'none';
  return isReplaced
    ? { item, expected: 'another one, on purpose', seen, result: 'not-compared' }
    : { item, expected: value, seen, result: 'different' };
}

function signature(seen: string, signed: boolean, application: Registered | undefined): ComparedItem {
  const item = 'Signature of the request';
  if (!application) return { item, expected: 'not known', seen, result: 'not-compared' };
  return application.demandsSignedRequests
    ? { item, expected: 'signed', seen, result: signed ? 'same' : 'different' }
    : { item, expected: 'not demanded', seen, result: 'same' };
}

/** Best effort: such pages are made for people. */
function ofLoginPage({ refusal, unclear }: LoginPage, isReplaced: boolean): ComparedItem {
  const item = 'Login page (best effort)';
  if (unclear !== undefined)
    return { item, expected: 'takes the request', seen: `not known: ${unclear}`, result: 'not-compared' };
  if (refusal === undefined) return { item, expected: 'takes the request', seen: 'takes the request', result: 'same' };
  return isReplaced
    ? { item, expected: 'refuses it, on purpose', seen: refusal, result: 'not-compared' }
    : { item, expected: 'takes the request', seen: refusal, result: 'different' };
}
