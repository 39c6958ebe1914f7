import { afterAll, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/cli.js';
import { inspectText } from './inspect-support.js';

// What people send when a login failed: error pages, logs and exports of many products.
const folder = await temporaryDirectory();
afterAll(() => folder.remove());

const inspected = async (text: string | Buffer) => {
  const { code, json } = await inspectText(folder.path, text);
  return { exit: code, kind: json.kind, error: json.error?.code, findings: json.findings ?? [] };
};
/** Each finding as `severity code certainty product`. */
const said = async (text: string) =>
  (await inspected(text)).findings.map(
    ({ severity, code, certainty, product }: Record<string, string>) => `${severity} ${code} ${certainty} ${product}`,
  );
const quiet = '2026-11-28T10:00:00Z INFO request 4711 was handled\n';

describe('Microsoft Entra', () => {
  const notAssigned = ['error user-not-assigned seen Microsoft Entra'];
  test.each<[string, string]>([
    ['in small letters', 'aadsts50105: the signed in user is not assigned to a role'],
    ['from a picture', "We couldn't sign you in.\nAADSTS 5O105: The signed in user is not assigned"],
    [
      'as its page copies the details',
      'Error Code: 50105\nRequest Id: 1\nCorrelation Id: 2\nMessage: The user has no role.',
    ],
    [
      'in the data of its page',
      '<!DOCTYPE html><html><script>$Config={"iErrorCode":50105,"sErrTxt":"You have no access."};</script></html>',
    ],
    ['as Graph lists a sign-in', '{"value":[{"id":"1","status":{"errorCode":50105,"failureReason":"No role."}}]}'],
    [
      'as the portal exports sign-ins',
      'Date (UTC),User,Failure reason,Sign-in error code,Status\r\n2026-11-28T10:00:00Z,Ann,"No role, ""none"" at all",50105,Failure\r\n',
    ],
    ['far down in a log', `${quiet.repeat(4_000)}ERROR AADSTS50105: No role.\n`],
  ])('its number is read %s', async (_, text) => {
    expect(await said(text)).toEqual(notAssigned);
  });

  test('each number counts, in one line and in several', async () => {
    const text = 'AADSTS50076: A second factor is needed. AADSTS50011: The reply URL is wrong.\nAADSTS50105: No role.';
    expect((await said(text)).map((line: string) => line.split(' ')[1])).toEqual([
      'acs-url-mismatch',
      'user-not-assigned',
      'mfa-required',
    ]);
  });

  test('a note that names numbers proves nothing', async () => {
    expect(await said('If AADSTS50105 appears, assign the user.')).toEqual([
      'error user-not-assigned likely Microsoft Entra',
    ]);
  });

  test.each<[string, string, 0 | 5]>([
    [
      'newest first, of the same person',
      '[{"createdDateTime":"2026-11-28T11:00:00Z","userPrincipalName":"ann@x.example","status":{"errorCode":0}},{"createdDateTime":"2026-11-28T10:00:00Z","userPrincipalName":"ann@x.example","status":{"errorCode":50126,"failureReason":"Wrong."}}]',
      0,
    ],
    [
      'of another person',
      '[{"createdDateTime":"2026-11-28T11:00:00Z","userPrincipalName":"bob@x.example","status":{"errorCode":0}},{"createdDateTime":"2026-11-28T10:00:00Z","userPrincipalName":"ann@x.example","status":{"errorCode":50126,"failureReason":"Wrong."}}]',
      5,
    ],
    ['in a log', 'ERROR AADSTS50126: Wrong password.\nINFO login OK\n', 0],
    ['in a log, before', 'INFO login OK\nERROR AADSTS50126: Wrong password.\n', 5],
    ['in a log, by another person', 'ERROR user=ann AADSTS50126: Wrong.\nINFO user=bob login OK\n', 5],
    ['in a log, and refused again', 'ERROR AADSTS50126: Wrong.\nINFO login OK\nERROR AADSTS50126: Wrong.\n', 5],
  ])('a success after it counts, %s', async (_, text, exit) => {
    const { findings, ...rest } = await inspected(text);
    expect([rest.exit, findings[0].code, findings[0].severity]).toEqual([
      exit,
      'wrong-password',
      exit === 0 ? 'info' : 'error',
    ]);
  });
});

describe('Twilio', () => {
  const refused = (code: unknown) =>
    JSON.stringify({ code, message: 'Invalid issuer. Was a, but expected b', status: 401 });
  test.each<[string, string]>([
    ['in text', refused('70004')],
    ['in a program of Python', "{'code': 70004, 'message': 'Invalid issuer', 'status': 401}"],
    ['as Node prints it', 'Error: Request failed\n  data: {\n    code: 70004,\n    message: "Invalid issuer",\n  }'],
    ['as names with a line', '{"error_code":70004,"error_message":"Invalid issuer"}'],
    ['in a string of a log', JSON.stringify({ level: 'error', body: refused(70004) })],
    ['far down in a log', `${quiet.repeat(4_000)}ERROR ${refused(70004)}\n`],
  ])('a code is read %s', async (_, text) => {
    expect(await said(text)).toEqual(['error issuer-mismatch seen Flex Console']);
  });

  test('each code of a log counts', async () => {
    const log = `${refused(70004)}\n{"code":70002,"message":"Not a trusted domain"}\n`;
    expect((await said(log)).map((line: string) => line.split(' ')[1])).toEqual([
      'trusted-url-missing',
      'issuer-mismatch',
    ]);
  });

  test('credentials of a call are no fault of the login', async () => {
    expect(
      await said('{"code":20003,"message":"Authenticate","more_info":"https://www.twilio.com/docs/errors/20003"}'),
    ).toEqual(['error twilio-credentials-refused likely flex-sso']);
  });

  test('a code that the table does not hold is named, and not explained', async () => {
    const [finding] = (await inspected('{"code":45775,"message":"Failed to refresh token"}')).findings;
    expect(finding).toMatchObject({
      code: 'refusal-unknown',
      certainty: 'likely',
      product: 'Twilio',
      evidence: 'Twilio error 45775: "Failed to refresh token".',
    });
  });
});

describe('other products', () => {
  test.each<[string, string, string[]]>([
    ['AD FS', 'An error occurred\nMSIS7042: The same client browser session has made 6 requests.', ['refusal-unknown']],
    [
      'AD FS',
      "Event ID 364\nMSIS7007: The requested relying party trust 'urn:flex:JQ0' is unspecified.",
      ['entity-id-unknown'],
    ],
    [
      'AD FS',
      "System.Exception: MSIS3200: No AssertionConsumerService is configured on 'urn:flex:JQ0'.",
      ['acs-url-mismatch'],
    ],
    [
      'AD FS',
      "MSIS0037: No signature verification certificate found for issuer 'urn:flex:JQ0'.",
      ['signed-request-required'],
    ],
    ['Okta', '400 Bad Request\nGENERAL_NONSUCCESS', ['refusal-unknown']],
    ['Okta', 'Error: "User is not assigned to this application."\nAsk your Okta administrator', ['user-not-assigned']],
    [
      'Okta',
      '[{"eventType":"app.generic.unauth_app_access_attempt","displayMessage":"Denied","outcome":{"result":"FAILURE","reason":"User is not assigned to the client application."}}]',
      ['user-not-assigned'],
    ],
    ['Google', '403. That’s an error.\nError: app_not_configured_for_user', ['entity-id-unknown', 'user-not-assigned']],
    ['Google', "403. That's an error.\napp_not_enabled_for_user", ['user-not-assigned']],
    ['Keycloak', 'WARN [org.keycloak.events] type="LOGIN_ERROR", error="client_not_found"', ['entity-id-unknown']],
    [
      'Keycloak',
      'WARN [org.keycloak.events] type="LOGIN_ERROR", error="invalid_signature"',
      ['signed-request-required'],
    ],
    ['Keycloak', 'We are sorry...\nInvalid Request', ['refusal-unknown']],
    [
      'Shibboleth',
      'opensaml::FatalProfileException\nUnable to establish security of incoming assertion.',
      ['refusal-unknown'],
    ],
    [
      'OneLogin',
      'You do not have access to this application. Please contact your administrator.',
      ['user-not-assigned'],
    ],
    [
      'Salesforce',
      "We can't log you in because of an issue with single sign-on. Contact your Salesforce admin for help.",
      ['refusal-unknown'],
    ],
  ])('%s: %s', async (product, text, codes) => {
    const { exit, findings } = await inspected(text);
    expect(findings.map(({ code }: { code: string }) => code)).toEqual(codes);
    // What other products mean is never certain.
    for (const finding of findings) expect(finding).toMatchObject({ certainty: 'likely', product });
    expect(exit).toBe(5);
  });

  test('their words are kept, on one line and without anybody in them', async () => {
    const [finding] = (await inspected('MSIS9999: \u001b[31mNo\n\n luck for ann@x.example')).findings;
    expect(finding.evidence).toContain('An error of AD FS: "MSIS9999:');
    expect(finding.evidence).toMatch(/No luck for …@…/);
  });

  test('an address of another person names nobody', async () => {
    const [finding] = (await inspected('https://x.example/?error=access_denied&error_description=Call+1-555&state=1'))
      .findings;
    expect(finding).toMatchObject({ code: 'refusal-unknown', certainty: 'likely', product: 'the identity provider' });
  });
});

describe('what is no refusal', () => {
  test.each([
    '2026-11-28 INFO assertion valid NotBefore=2026-11-28T10:00:00Z NotOnOrAfter=2026-11-28T11:00:00Z user logged in',
    '2026-11-28 GET /v1/orders/45050 200 roles=agent email=ann',
    '{"version":"1","flows":[{"id":45050,"name":"roles"}]}',
    '{"order":12345,"note":"Call twilio.com","code":45050}',
    '{"status":"ok","message":"Pop-up window was blocked once, then it worked"}',
    'The decrypt routine of our backup is fine.',
    'Bug: the connection to the backup service was disabled last week; see ticket 70251.',
    'Each year a mail says "The certificate has expired". Everything works fine.',
    'http://localhost:3000/?code=abc&state=def',
    '{"value":[{"status":{"errorCode":0}}]}',
  ])('%s', async text => {
    expect(await inspected(text)).toMatchObject({ exit: 2, error: 'inspect-unknown' });
  });
});
