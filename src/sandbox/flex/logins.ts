import { createHash, randomUUID } from 'node:crypto';
import type { EnhancedConnection, FlexAccount, IssuedCode, LegacyConnection, StartedLogin, Worker } from './account.js';
import { allTrustedUrls, findConnection, isTrusted, legacyKept } from './connections.js';
import { authnRequestUrl, type SamlProblem, verifyResponse } from './saml.js';
import { randomToken } from './sids.js';
import { isRefusal, type Refusal } from './system.js';
import { signInWorker } from './workers.js';

const loginLivesMs = 30 * 60_000;
const codeLivesMs = 10 * 60_000;
const accessTokenLivesMs = 60 * 60_000;
const refreshTokenLivesMs = 24 * 60 * 60_000;

/** What the token endpoint answers, and what is behind it. */
export interface Session {
  accessToken: string;
  refreshToken: string;
  worker: Worker;
  expiresAt: string;
}

/** What stands for a connection in a login with a Twilio Console user. */
export const consoleLogin = 'console';

export type StartParameters = Pick<StartedLogin, 'redirectUrl' | 'codeChallenge' | 'nonce' | 'state'>;

/** Begins a login through an enhanced connection. */
export function startLogin(
  account: FlexAccount,
  connection: EnhancedConnection | undefined,
  parameters: StartParameters,
): StartedLogin | Refusal {
  if (!connection) return { status: 404, code: 45009, message: 'The SSO profile does not exist' };
  if (!isTrusted(account, connection.trustedUrls, parameters.redirectUrl))
    return { status: 400, code: 45004, message: `redirectUrl ${parameters.redirectUrl} is not a trusted URL` };
  if (!connection.identityProviderData)
    return { status: 400, code: 45009, message: 'The SSO profile holds no identity provider data' };
  return remember(account, connection.name, parameters);
}

/**
 * Begins a login with a Console user. Which URLs the real one may return to is unverified; here it is those of every connection.
 */
export function startConsoleLogin(account: FlexAccount, parameters: StartParameters): StartedLogin | Refusal {
  if (!isTrusted(account, allTrustedUrls(account), parameters.redirectUrl))
    return { status: 400, code: 45004, message: `redirectUrl ${parameters.redirectUrl} is not a trusted URL` };
  return remember(account, consoleLogin, parameters);
}

/** The one Console user of the sandbox is logged in to Console already, and gets a Worker of their own at the first login. */
export function answerConsoleLogin(account: FlexAccount, login: StartedLogin): IssuedCode | Refusal {
  account.startedLogins = account.startedLogins.filter(held => held !== login);
  const email = 'owner@console.example';
  const claims = { email: [email], full_name: ['Console Owner'], roles: ['admin'] };
  const worker = signInWorker(account, { nameId: email, claims });
  return isRefusal(worker) ? worker : issueCode(account, login, worker);
}

/** Begins a login through the legacy connection. */
export function startLegacyLogin(account: FlexAccount, resource: string): StartedLogin | Refusal {
  if (!legacyKept(account))
    return { status: 403, code: 70251, message: 'Invalid SSO settings: no valid certificate for identity realm' };
  if (!isTrusted(account, account.legacy.trustedUrls, resource))
    return { status: 400, code: 70002, message: `Resource ${resource} is not a trusted domain` };
  return remember(account, 'legacy', { redirectUrl: resource });
}

/** Where the browser goes with the AuthnRequest of a started login. */
export function identityProviderUrl(
  account: FlexAccount,
  login: StartedLogin,
  breaks?: ReadonlySet<string>,
): Promise<string> | Refusal {
  const connection = connectionOf(account, login);
  if (!connection?.identityProviderData)
    return { status: 400, code: 45009, message: 'The SSO profile holds no identity provider data' };
  return authnRequestUrl(connection, connection.identityProviderData, login, breaks);
}

export function findLogin(account: FlexAccount, handle: string): StartedLogin | undefined {
  return fresh(account.startedLogins, login => login.startedAt, loginLivesMs).find(login => login.handle === handle);
}

/**
 * Takes the identity provider's answer to a started login; a right one signs the Worker in and is worth one code. Where `breaks` let Flex
 * refuse the user, or lead to another account, nothing of this account's Workers is written.
 */
export async function finishLogin(
  account: FlexAccount,
  login: StartedLogin,
  samlResponse: string,
  breaks: ReadonlySet<string> = new Set(),
): Promise<IssuedCode | Refusal | SamlProblem> {
  account.startedLogins = account.startedLogins.filter(held => held !== login);
  const connection = connectionOf(account, login);
  if (!connection?.identityProviderData) return { problem: 'other', detail: 'The connection is no more' };
  const assertion = await verifyResponse(connection, connection.identityProviderData, login, samlResponse);
  if ('problem' in assertion) return assertion;
  if (breaks.has('user-unauthorized'))
    return { status: 403, code: 45003, message: 'The user is not authorized to use this application' };
  const isElsewhere = breaks.has('user-grants') || breaks.has('other-account');
  const worker = isElsewhere ? findWorker(account, assertion.nameId) : signInWorker(account, assertion);
  return isRefusal(worker) ? worker : issueCode(account, login, worker, assertion.sessionEndsAt);
}

const findWorker = ({ workers }: FlexAccount, nameId: string): Worker | Refusal =>
  workers.find(worker => worker.nameId === nameId) ?? { status: 401, code: 45002, message: 'The Flex user is unknown' };

/** A login that an open session answers: nobody was asked, and nothing of the Worker is written. */
export function resumeSession(account: FlexAccount, login: StartedLogin): IssuedCode | undefined {
  account.startedLogins = account.startedLogins.filter(held => held !== login);
  return account.workers[0] && issueCode(account, login, account.workers[0]);
}

function issueCode(account: FlexAccount, login: StartedLogin, worker: Worker, sessionEndsAt?: string): IssuedCode {
  const issued: IssuedCode = {
    code: randomToken(),
    connection: login.connection,
    workerSid: worker.sid,
    issuedAt: new Date().toISOString(),
    ...(sessionEndsAt === undefined ? {} : { sessionEndsAt }),
    ...(login.codeChallenge === undefined ? {} : { codeChallenge: login.codeChallenge }),
    ...(login.nonce === undefined ? {} : { nonce: login.nonce }),
  };
  account.codes = [...fresh(account.codes, code => code.issuedAt, codeLivesMs), issued];
  return issued;
}

/** Exchanges a code; whatever comes of it, and whatever `breaks` make of it, the code is used up. */
export function exchangeCode(
  account: FlexAccount,
  given: { connection: string; code: string; codeVerifier: string; nonce: string },
  breaks: ReadonlySet<string> = new Set(),
): Session | Refusal {
  const issued = fresh(account.codes, code => code.issuedAt, codeLivesMs).find(held => held.code === given.code);
  account.codes = account.codes.filter(held => held !== issued);
  if (!issued) return { status: 401, code: 45002, message: 'The authorization code is unknown, expired or used' };
  if (issued.connection !== given.connection)
    return { status: 401, code: 45002, message: 'The authorization code belongs to another SSO profile' };
  if (issued.codeChallenge !== createHash('sha256').update(given.codeVerifier).digest('base64url'))
    return { status: 401, code: 45002, message: 'code_verifier does not match the code challenge' };
  if (issued.nonce !== given.nonce) return { status: 401, code: 45002, message: 'nonce does not match' };
  if (breaks.has('user-grants')) return { status: 403, code: 70253, message: 'Invalid user grants' };
  return openSession(account, issued);
}

/** Exchanges a refresh token for new tokens; the old one is used up. */
export function refreshSession(
  account: FlexAccount,
  given: { connection: string; refreshToken: string },
): Session | Refusal {
  const held = fresh(account.refreshTokens, token => token.issuedAt, refreshTokenLivesMs).find(
    ({ token, connection }) => token === given.refreshToken && connection === given.connection,
  );
  account.refreshTokens = account.refreshTokens.filter(token => token !== held);
  if (!held) return { status: 401, code: 45002, message: 'The refresh token is unknown, expired or used' };
  return openSession(account, held);
}

/** Whom a legacy code stands for; used up by asking. */
export function takeLegacyCode(account: FlexAccount, code: string): Worker | undefined {
  const issued = fresh(account.codes, held => held.issuedAt, codeLivesMs).find(
    held => held.code === code && held.connection === 'legacy',
  );
  account.codes = account.codes.filter(held => held !== issued);
  return account.workers.find(worker => worker.sid === issued?.workerSid);
}

function openSession(
  account: FlexAccount,
  from: { connection: string; workerSid: string; sessionEndsAt?: string },
): Session | Refusal {
  const worker = account.workers.find(({ sid }) => sid === from.workerSid);
  if (!worker) return { status: 401, code: 45002, message: 'The Flex user is no more' };
  const refreshToken = randomToken();
  const issuedAt = new Date().toISOString();
  account.refreshTokens = [
    ...fresh(account.refreshTokens, token => token.issuedAt, refreshTokenLivesMs),
    { token: refreshToken, connection: from.connection, workerSid: worker.sid, issuedAt },
  ];
  const accessToken = randomToken();
  // The identity provider may want the session to end earlier.
  const wanted = Date.parse(from.sessionEndsAt ?? '') || Number.POSITIVE_INFINITY;
  const expiresAt = new Date(Math.min(Date.now() + accessTokenLivesMs, wanted)).toISOString();
  const held = (account.accessTokens ?? []).filter(token => Date.parse(token.expiresAt) > Date.now());
  account.accessTokens = [...held, { token: accessToken, workerSid: worker.sid, expiresAt }];
  return { accessToken, refreshToken, worker, expiresAt };
}

/** Whose access token it is, and until when; undefined for one that is unknown or expired. */
export function sessionOf(account: FlexAccount, token: string): Pick<Session, 'worker' | 'expiresAt'> | undefined {
  const held = account.accessTokens?.find(one => one.token === token && Date.parse(one.expiresAt) > Date.now());
  const worker = account.workers.find(({ sid }) => sid === held?.workerSid);
  return held && worker && { worker, expiresAt: held.expiresAt };
}

function remember(account: FlexAccount, connection: string, parameters: StartParameters): StartedLogin {
  const login: StartedLogin = {
    ...parameters,
    handle: randomToken(),
    requestId: `_${randomUUID()}`,
    connection,
    startedAt: new Date().toISOString(),
  };
  account.startedLogins = [...fresh(account.startedLogins, held => held.startedAt, loginLivesMs), login];
  return login;
}

function connectionOf(account: FlexAccount, login: StartedLogin): LegacyConnection | EnhancedConnection | undefined {
  return login.connection === 'legacy' ? account.legacy : findConnection(account, login.connection);
}

function fresh<T>(held: readonly T[], since: (item: T) => string, livesMs: number): T[] {
  return held.filter(item => Date.now() - Date.parse(since(item)) < livesMs);
}
