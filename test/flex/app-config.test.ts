import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editOauth, readOauth, usesLoginPopup } from '../../src/flex/app-config.js';

const oauth = { connection: `JQ${'a'.repeat(32)}`, clientId: 'client', redirectUrl: 'https://flex.example.com' };

const twilios = `var appConfig = {
  pluginService: {
    enabled: true,
    url: '/plugins'
  },
  sso: {
    accountSid: 'AC0', // ours
  },
  logLevel: 'info'
};
`;

test('the oauth object goes in after everything else, which stays as it is', () => {
  expect(editOauth(twilios, oauth)).toBe(
    twilios.replace(
      "logLevel: 'info'",
      `logLevel: 'info',
  oauth: {
    connection: "${oauth.connection}",
    clientId: "client",
    redirectUrl: "https://flex.example.com"
  }`,
    ),
  );
});

describe.each([
  ["Twilio's own", twilios],
  ['an empty one', 'const appConfig = {};\n'],
  ['with a trailing comma', "var appConfig = {\n  logLevel: 'info',\n};\n"],
  ['on the window', "window.appConfig = { logLevel: 'info' };"],
  ['an exported one', "export const appConfig = {\n\tlogLevel: 'info'\n};\n"],
  ['with Windows line ends', "var appConfig = {\r\n  logLevel: 'info'\r\n};\r\n"],
])('%s', (_name, text) => {
  test('in, read, changed and out again leaves it as it was', () => {
    const edited = editOauth(text, oauth);
    expect(readOauth(text)).toBeNull();
    expect(readOauth(edited)).toEqual(oauth);
    expect(editOauth(edited, oauth)).toBe(edited);
    expect(readOauth(editOauth(edited, { ...oauth, clientId: 'other' }))?.clientId).toBe('other');
    expect(editOauth(edited, null)).toBe(text);
  });
});

test.each([
  ['no JavaScript', '<html></html>'],
  ['another object', 'var config = {};'],
  ['a computed one', 'var appConfig = load();'],
])('%s is refused', (_name, text) => {
  expect(() => readOauth(text)).toThrow(/appconfig\.js/);
});

test.each([
  [false, 'var appConfig = {};'],
  [false, 'var appConfig = { sso: { loginPopup: false } };'],
  [true, "var appConfig = { sso: { accountSid: 'AC1', 'loginPopup': true } };"],
])('opens the login in a window of its own: %s', (opens, text) => {
  expect(usesLoginPopup(text)).toBe(opens);
});

test('no value breaks out of its string', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (connection, redirectUrl) => {
      const given = { connection, clientId: 'x', redirectUrl };
      expect(readOauth(editOauth(twilios, given))).toEqual(given);
    }),
  );
});
