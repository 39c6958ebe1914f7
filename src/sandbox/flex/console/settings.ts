import { html } from 'hono/html';
import type { EnhancedConnection } from '../account.js';
import type { Html } from '../page.js';
import { parseCertificate } from '../saml.js';
import { checkbox, type Typed, textArea, textField } from './form.js';

type Settings = Pick<
  EnhancedConnection,
  'friendlyName' | 'identityProviderData' | 'defaultRedirectUrl' | 'trustedUrls' | 'loginUsingPopup'
>;

/** A modified connection shows where logins may return to; its IdP data are the legacy connection's. */
export function settingsFields(setupType: EnhancedConnection['setupType'], typed: Typed): Html {
  const redirects = html`${textField('Default redirect URL', 'defaultRedirectUrl', typed)}
${textArea('Trusted URLs', 'trustedUrls', typed)}
<p>One URL per line, without wildcards.</p>`;
  if (setupType === 'modify') return redirects;
  return html`${textField('Friendly Name', 'friendlyName', typed)}
${textArea('X.509 Certificate', 'certificate', typed)}
${textField('Identity Provider Issuer', 'issuer', typed)}
${textField('Single Sign-On URL', 'ssoUrl', typed)}
${redirects}
${checkbox('Login using popup', 'loginUsingPopup', typed.loginUsingPopup === 'on')}`;
}

/** What a connection holds, as it would have been typed. */
export function typedSettings(connection: EnhancedConnection): Typed {
  return {
    ...connection.identityProviderData,
    friendlyName: connection.friendlyName,
    defaultRedirectUrl: connection.defaultRedirectUrl,
    trustedUrls: connection.trustedUrls.join('\n'),
    loginUsingPopup: connection.loginUsingPopup ? 'on' : '',
  };
}

/** Puts what was typed into a connection; answers what is wrong with it, where it cannot be taken. */
export function saveSettings(
  connection: EnhancedConnection,
  typed: Typed,
  toPublic: (url: string) => string,
): string | undefined {
  const urls = (typed.trustedUrls ?? '').split(/\s+/).filter(Boolean);
  const defaultRedirectUrl = typed.defaultRedirectUrl?.trim() ?? '';
  const wrong = [...urls, defaultRedirectUrl].find(url => url && !isWebUrl(url));
  if (wrong) return `"${wrong}" is not a URL without wildcards.`;
  const redirects = {
    defaultRedirectUrl: defaultRedirectUrl && toPublic(defaultRedirectUrl),
    trustedUrls: urls.map(toPublic),
  };
  if (connection.setupType === 'modify') {
    Object.assign(connection, redirects satisfies Partial<Settings>);
    return undefined;
  }
  const certificate = parseCertificate(typed.certificate ?? '');
  const issuer = typed.issuer?.trim();
  const ssoUrl = typed.ssoUrl?.trim() ?? '';
  const friendlyName = typed.friendlyName?.trim();
  if (!friendlyName) return 'Friendly Name is required.';
  if (!certificate) return 'X.509 Certificate is not a valid certificate.';
  if (!issuer) return 'Identity Provider Issuer is required.';
  if (!isWebUrl(ssoUrl)) return 'Single Sign-On URL is not a valid URL.';
  Object.assign(connection, {
    ...redirects,
    friendlyName,
    identityProviderData: { issuer, ssoUrl: toPublic(ssoUrl), certificate },
    loginUsingPopup: typed.loginUsingPopup === 'on',
  } satisfies Settings);
  return undefined;
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !text.includes('*');
}
