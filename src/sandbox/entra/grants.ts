import { createHash } from 'node:crypto';
import { oauthError } from './aadsts.js';
import { loginUrl } from './addresses.js';
import { assertCredential } from './client-authentication.js';
import type { Entra } from './entra.js';
import { accessTokenSeconds, type Caller, opaque } from './tokens.js';

type Form = Readonly<Record<string, string>>;

/** What the token endpoint answers for each grant type; they throw Entra's answer where the grant is refused. */
export const grants: ReadonlyMap<string, (entra: Entra, form: Form) => object> = new Map([
  ['client_credentials', clientCredentials],
  ['authorization_code', authorizationCode],
  ['refresh_token', refreshToken],
  ['device_code', deviceCode],
  ['urn:ietf:params:oauth:grant-type:device_code', deviceCode],
]);

function clientCredentials(entra: Entra, form: Form) {
  assertCredential(entra, form);
  if (entra.has('client-secret-expired'))
    throw oauthError(
      401,
      'invalid_client',
      7000222,
      `The provided client secret keys for app '${form.client_id}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    );
  if (!form.scope?.endsWith('/.default'))
    throw oauthError(
      400,
      'invalid_scope',
      1002012,
      `The provided value for scope ${form.scope ?? ''} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  return bearer(entra, { clientId: form.client_id ?? '' }, form);
}

function authorizationCode(entra: Entra, form: Form) {
  const found = entra.tokens.codes.get(form.code ?? '');
  entra.tokens.codes.delete(form.code ?? '');
  if (!found || found.caller.clientId !== form.client_id)
    throw oauthError(
      400,
      'invalid_grant',
      70008,
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    );
  if (found.redirectUri !== form.redirect_uri)
    throw oauthError(
      400,
      'invalid_client',
      500112,
      `The reply address '${form.redirect_uri ?? ''}' does not match the reply address '${found.redirectUri}' provided when requesting Authorization code.`,
    );
  const challenge = createHash('sha256')
    .update(form.code_verifier ?? '')
    .digest('base64url');
  if (challenge !== found.codeChallenge)
    throw oauthError(
      400,
      'invalid_grant',
      501481,
      'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
    );
  return signedIn(entra, found.caller, form, found.nonce);
}

function refreshToken(entra: Entra, form: Form) {
  const caller = entra.tokens.refreshTokens.get(form.refresh_token ?? '');
  if (!caller || caller.clientId !== form.client_id)
    throw oauthError(400, 'invalid_grant', 70008, 'The refresh token has expired or is unknown.');
  return signedIn(entra, caller, form, '');
}

function deviceCode(entra: Entra, form: Form) {
  const found = entra.tokens.deviceCodes.get(form.device_code ?? '');
  if (!found || found.clientId !== form.client_id)
    throw oauthError(400, 'bad_verification_code', 70019, 'Verification code expired or unknown.');
  if (found.isDeclined)
    throw oauthError(400, 'authorization_declined', 65004, 'User declined to consent to access the app.');
  if (!found.userId)
    throw oauthError(
      400,
      'authorization_pending',
      70016,
      'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
    );
  entra.tokens.deviceCodes.delete(form.device_code ?? '');
  if (entra.has('device-code-blocked'))
    throw oauthError(
      400,
      'access_denied',
      53003,
      'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    );
  if (entra.has('device-code-confirmation'))
    throw oauthError(
      400,
      'interaction_required',
      50199,
      'For security reasons, user confirmation is required for this request. Please repeat the request allowing user interaction.',
    );
  return signedIn(entra, { clientId: found.clientId, userId: found.userId }, form, '');
}

function bearer(entra: Entra, caller: Caller, form: Form) {
  return {
    token_type: 'Bearer',
    expires_in: accessTokenSeconds,
    ext_expires_in: accessTokenSeconds,
    access_token: entra.tokens.issue(caller, form.claims),
  };
}

/** The answer for a person: with an id token, and a refresh token where it was asked for. */
function signedIn(entra: Entra, caller: Caller, form: Form, nonce: string) {
  const { tenantId, cloud, users } = entra.directory;
  const user = users.find(one => one.id === caller.userId);
  const now = Math.floor(Date.now() / 1000);
  const refresh = opaque();
  entra.tokens.refreshTokens.set(refresh, caller);
  const idToken = {
    aud: caller.clientId,
    iss: loginUrl(`/${tenantId}/v2.0`, cloud),
    iat: now,
    nbf: now,
    exp: now + accessTokenSeconds,
    name: user?.displayName,
    oid: user?.id,
    preferred_username: user?.userPrincipalName,
    sub: user?.id,
    tid: tenantId,
    ver: '2.0',
    ...(nonce ? { nonce } : {}),
  };
  return {
    ...bearer(entra, caller, form),
    scope: form.scope ?? '',
    refresh_token: refresh,
    // Nobody checks its signature: it comes straight from the token endpoint.
    id_token: `${encoded({ typ: 'JWT', alg: 'none' })}.${encoded(idToken)}.`,
    client_info: encoded({ uid: user?.id, utid: tenantId }),
  };
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
