import { type EnhancedConnection, type FlexAccount, selfHostedUrl } from './account.js';
import { sid } from './sids.js';

const legacyKeptDays = 30;

export function findConnection(account: FlexAccount, name: string | undefined): EnhancedConnection | undefined {
  return account.connections.find(connection => connection.name === name);
}

/** The enhanced connection that is in use; undefined = the legacy one is. */
export function activeConnection(account: FlexAccount): EnhancedConnection | undefined {
  return account.connections.find(connection => connection.active);
}

/**
 * The connection that a login at the page of Flex takes. While a new one is validated that is still the legacy one; a
 * modified one has taken the legacy one's place as soon as the identity provider has its values.
 */
export function loginConnection(account: FlexAccount): EnhancedConnection | undefined {
  const last = account.connections.at(-1);
  const isValidated = account.consolePage === 'validate' && last?.setupType === 'modify';
  return activeConnection(account) ?? (isValidated ? last : undefined);
}

/** Whether the legacy details are still there: as long as they are in use, and until 30 days after "Finish". */
export function legacyKept(account: FlexAccount, now = Date.now()): boolean {
  const finishedAt = activeConnection(account)?.finishedAt;
  return !finishedAt || now - Date.parse(finishedAt) < legacyKeptDays * 24 * 60 * 60 * 1000;
}

/** Begins a setup: makes the enhanced connection, or takes up again the one of an earlier setup. */
export function beginSetup(account: FlexAccount, setupType: EnhancedConnection['setupType']): void {
  const name = sid('JQ', account.accountSid);
  const acsUrl = `https://login.flex.us1.twilio.com/login/callback?connection=${name}`;
  const before = findConnection(account, name);
  const connection: EnhancedConnection = {
    name,
    clientId: sid('', name, 'SinglePageApp'),
    setupType,
    active: false,
    friendlyName: before?.friendlyName ?? 'Flex SSO',
    entityId: `urn:flex:${name}`,
    acsUrl,
    defaultRedirectUrl: before?.defaultRedirectUrl ?? account.legacy.trustedUrls[0] ?? '',
    trustedUrls: before?.trustedUrls ?? [...account.legacy.trustedUrls],
    loginUsingPopup: before?.loginUsingPopup ?? false,
  };
  account.connections = [...account.connections.filter(held => held !== before), connection];
}

export const hostedFlexUrl = (account: FlexAccount): string =>
  `https://flex.twilio.com/${account.runtimeDomain.replace(/\.twil\.io$/, '')}`;

/** Where a self-hosted Flex UI runs, by what is entered for it. */
export const siteUrl = ({ connections, legacy }: FlexAccount): string =>
  connections.at(-1)?.defaultRedirectUrl || legacy.trustedUrls[0] || selfHostedUrl;

export const allTrustedUrls = ({ legacy, connections }: FlexAccount): string[] =>
  [legacy, ...connections].flatMap(({ trustedUrls }) => trustedUrls);

/** Where Flex UI and flex-sdk let a login return to if they name no other address; it leads on to the one in `state`. */
const serviceRedirectUrl = 'https://services.twilio.com/v1/Flex/Authentication/Callback';

/** Whether a login may return to a URL: hosted Flex always, else a Trusted URL or a page of the same origin. */
export function isTrusted(account: FlexAccount, trustedUrls: readonly string[], url: string): boolean {
  if (!URL.canParse(url)) return false;
  if (url === serviceRedirectUrl) return true;
  const { origin } = new URL(url);
  return [hostedFlexUrl(account), ...trustedUrls].some(
    trusted => trusted === url || new URL(trusted).origin === origin,
  );
}
