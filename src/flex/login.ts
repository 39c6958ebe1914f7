import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { FlexSsoError } from '../errors.js';
import type { Http } from '../http.js';
import type { Answers, Migration } from '../migration/state.js';
import { isGood, jsonOf, refusalOf } from './answer.js';
import type { LoginResult, PendingLogin } from './client.js';
import { hostedLoginUrl } from './configuration.js';

/** Where a login that is to come back to this tool returns: a Trusted URL that has to be added to the connection once. */
export const callbackUrl = ({ callbackPort }: Pick<Answers, 'callbackPort'>): string =>
  `http://localhost:${callbackPort ?? '3000'}`;

/** A page that Flex trusts without being told: its own where it is hosted, the Default redirect URL where it is self-hosted. */
export function loginRedirectUrl({ answers, facts }: Pick<Migration, 'answers' | 'facts'>): string {
  if (answers.hosting === 'self-hosted' && answers.redirectUrl) return answers.redirectUrl;
  return hostedLoginUrl(facts.flex?.runtimeDomain ?? '');
}

/** Prepares a login: nothing is sent yet. `url` is the public one. */
export function beginLogin(connectionName: string, redirectUrl: string): PendingLogin {
  const [codeVerifier, state, nonce] = [secret(), secret(), secret()];
  const query = new URLSearchParams({
    ssoProfileSid: connectionName,
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    nonce,
    state,
    redirectUrl,
  });
  const url = `https://services.twilio.com/v1/Flex/Authorize?${query}`;
  return { url, connectionName, state, nonce, codeVerifier };
}

/** Exchanges the code that came back. Throws `FlexSsoError` with Twilio's code where Flex refuses or leaves something out. */
export async function completeLogin(http: Http, pending: PendingLogin, code: string): Promise<LoginResult> {
  const response = await http({
    method: 'POST',
    url: 'https://services.twilio.com/v1/Flex/OAuth/Tokens',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    expects: { json: ['token_info'] },
    body: JSON.stringify({
      grant_type: 'AuthorizationCode',
      app_type: 'SinglePageApp',
      sso_profile_sid: pending.connectionName,
      code,
      code_verifier: pending.codeVerifier,
      nonce: pending.nonce,
    }),
  });
  if (!isGood(response)) {
    const { status, code: twilioCode, message } = refusalOf(response);
    const words = `Flex did not accept the login: ${message} (${twilioCode ?? `HTTP ${status}`}).`;
    throw new FlexSsoError('login-refused', words, hints[twilioCode ?? 0] ?? retry, { ending: 'verification' });
  }
  const read = tokensShape.safeParse(jsonOf(response));
  if (!read.success) {
    const missing = [...new Set(read.error.issues.map(issue => issue.path.join('.') || 'everything'))].join(', ');
    const words = `Flex accepted the login, but its answer lacks or garbles ${missing}.`;
    throw new FlexSsoError('login-incomplete', words, retry, { ending: 'verification' });
  }
  const info = read.data.token_info;
  return {
    accountSid: info.account_sid,
    flexInstanceSid: info.flex_instance_sid,
    flexUserSid: info.flex_user_sid,
    workerSid: info.worker_sid,
    identity: info.identity,
    nameId: info.name_id,
    roles: info.roles,
    ...(info.expiration !== undefined && { expiration: info.expiration }),
  };
}

const text = z.string().min(1);
/** The tokens beside it are not even looked at. */
const tokensShape = z.object({
  token_info: z.object({
    account_sid: text,
    flex_instance_sid: text,
    flex_user_sid: text,
    worker_sid: text,
    identity: text,
    name_id: text,
    roles: z.array(z.string()),
    expiration: z.iso.datetime({ offset: true }).optional().catch(undefined),
  }),
});

const retry = 'Log in once more: a code works once and for a few minutes. If it stays so, run `flex-sso validate`.';
const hints: Record<number, string> = {
  45050: 'Let the identity provider send `email`, `full_name` and `roles`, without a namespace, and log in again.',
};

/** 256 bits: 43 characters, as a code verifier needs at least. */
const secret = () => randomBytes(32).toString('base64url');
