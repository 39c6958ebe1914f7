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
  ['an empty one with a comment', 'var appConfig = { /* ours */ };\n'],
  ['an empty one with a comment in its line', 'var appConfig = { // ours\n  // and theirs\n};\n'],
  ['an empty one with Windows line ends', 'var appConfig = {\r\n  // ours\r\n};\r\n'],
  ['with a comment at the end', "var appConfig = {\n  logLevel: 'info', // loud\n  // ours\n};\n"],
  ['assigned to the window as well', "var appConfig = {\n  logLevel: 'info'\n};\nwindow.appConfig = appConfig;\n"],
  ['with another name of a variable', 'var appConfig = { [oauth]: 1 };'],
  ['with a byte order mark', '\uFEFFvar appConfig = {};'],
  ['with Windows line ends', "var appConfig = {\r\n  logLevel: 'info'\r\n};\r\n"],
])('%s', (_name, text) => {
  test('in, read, changed and out again leaves it as it was', () => {
    const edited = editOauth(text, oauth);
    expect(readOauth(text)).toBeNull();
    expect(readOauth(edited)).toEqual(oauth);
    expect(editOauth(edited, oauth)).toBe(edited);
    expect(readOauth(editOauth(edited, { ...oauth, clientId: 'other' }))?.clientId).toBe('other');
    expect(editOauth(edited, null)).toBe(text);
    // One kind of line ends in a file.
    if (text.includes('\r\n')) expect(edited).not.toMatch(/[^\r]\n/);
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
  ['two objects', 'var appConfig = {};\nwindow.appConfig = { oauth: {} };', /sets appConfig again in line 2/],
  ['one for each site', 'if (a) appConfig = {};\nelse appConfig = {};', /sets appConfig again in line 2/],
  [
    'a later object',
    "var appConfig = {};\n\nappConfig.oauth = { connection: 'JQ' };",
    /changes appConfig\.oauth in line 3/,
  ],
  [
    'a later value',
    "var appConfig = { oauth: {} };\nwindow.appConfig['oauth'].clientId = '1';",
    /changes appConfig\.oauth/,
  ],
  ['a later deletion', 'var appConfig = { oauth: {} };\ndelete appConfig.oauth;', /changes appConfig\.oauth/],
  ['a later merge', 'var appConfig = {};\nObject.assign(appConfig, more);', /changes appConfig\.oauth/],
  ['oauth twice', 'var appConfig = { oauth: {},\r\n "oauth": {} };', /names oauth twice, again in line 2/],
  ['another object after it', 'var appConfig = { oauth: {}, ...more };', /another object follows/],
  ['an oauth object from elsewhere', 'var appConfig = { oauth };', /not written out/],
])('%s: refused, as Flex UI reads something else', (_name, text, reason) => {
  for (const use of [readOauth, (given: string) => editOauth(given, oauth), (given: string) => editOauth(given, null)])
    expect(() => use(text)).toThrow(reason);
});

test.each([
  ['before it', "var appConfig = { /* ours */ oauth: { connection: 'JQ' } };", 'var appConfig = { /* ours */ };'],
  ['after it', 'var appConfig = {\n  oauth: {}, // ours\n  a: 1\n};', 'var appConfig = { // ours\n  a: 1\n};'],
  ['between', 'var appConfig = {\n  a: 1, // ours\n  oauth: {},\n};', 'var appConfig = {\n  a: 1, // ours\n};'],
])('a comment %s stays', (_name, text, without) => {
  expect(editOauth(text, null)).toBe(without);
});

test('of a value that is given twice the last one holds, as in JavaScript', () => {
  expect(readOauth("var appConfig = { oauth: { clientId: 'a', clientId: 'b' } };")?.clientId).toBe('b');
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
