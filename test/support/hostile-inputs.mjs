// Files that are meant to keep a reader busy or to crash it. Each stays below what is read at all, so that its parts are looked at.
const MB = 1024 * 1024;
/** As much of a text, again and again, as fits. */
const fill = (text, size = 24 * MB) => text.repeat(Math.floor(size / text.length));
const har = entries => `{"log":{"entries":[${entries}]}}`;
const samlp = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"';
const ds = 'xmlns="http://www.w3.org/2000/09/xmldsig#"';
const response = content =>
  `<samlp:Response ${samlp} ID="_r" Version="2.0">${content}<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"/></samlp:Response>`;
const form = value => `<html><form action="x"><input name="SAMLResponse" value="${value}"></form></html>`;
const c14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const signature = list =>
  `<Signature ${ds}><SignedInfo><CanonicalizationMethod Algorithm="${c14n}"/><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI="#_r"><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><Transform Algorithm="${c14n}"><InclusiveNamespaces xmlns="${c14n}" PrefixList="${list}"/></Transform></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>AA==</DigestValue></Reference></SignedInfo><SignatureValue>AA==</SignatureValue></Signature>`;
const base64 = text => Buffer.from(text).toString('base64');

/** What each is, what makes it, and what it is taken for: the code of the first finding, or of the error. */
export const hostileInputs = [
  ['HAR of empty entries', () => har(`${fill('{},')}{}`), 'message-unsafe'],
  ['HAR of empty requests', () => har(`${fill('{"request":{}},')}{}`), 'message-unsafe'],
  ['HAR of as many entries as are read', () => har(`${fill('{"request":{}},', 3.5 * MB)}{}`), 'inspect-no-message'],
  ['HAR of numbers', () => har(`${fill('1,')}1`), 'message-unsafe'],
  ['HAR of deep lists', () => har(fill('[')), 'message-unsafe'],
  ['JSON of deep objects', () => fill('{"a":'), 'message-unsafe'],
  [
    'HAR with a page of one tag',
    () => har(`{"response":{"content":{"text":${JSON.stringify(form(fill('a', 12 * MB)))}}}}`),
    'message-unsafe',
  ],
  [
    'HAR with 12 million parameters',
    () => har(`{"request":{"postData":{"text":"SAMLResponse=x${fill('&a')}"}}}`),
    'inspect-no-message',
  ],
  [
    'HAR with many pages',
    () =>
      har(
        Array.from(
          { length: 1000 },
          () => `{"response":{"content":{"text":${JSON.stringify(form(fill('PHNh', 20_000)))}}}}`,
        ).join(),
      ),
    'message-malformed',
  ],
  ['page of one tag', () => form(fill('a', 12 * MB)), 'message-unsafe'],
  ['page of many tags', () => form('') + fill('<form><input name=SAMLRequest value=x>'), 'inspect-unknown'],
  ['page of one attribute', () => `<html><form a="${fill('=')}"><input name=SAMLRequest value=x>`, 'inspect-unknown'],
  ['form of 12 million parameters', () => fill('a&'), 'inspect-unknown'],
  ['form of 12 million parameters with a message', () => `SAMLResponse=x&${fill('a&')}`, 'inspect-unknown'],
  ['names of parameters', () => fill('SAMLResponse='), 'message-unsafe'],
  ['names of parameters on lines', () => fill('SAMLResponse=x\n'), 'inspect-unknown'],
  ['address of 12 million parameters', () => `https://x.example/?${fill('a&')}SAMLResponse=x`, 'inspect-unknown'],
  ['PrefixList of 440,000 names', () => response(signature(fill('a ', 0.88e6))), 'message-unsafe'],
  [
    'declared prefixes',
    () => response(Array.from({ length: 7000 }, (_, at) => `<a xmlns:p${at}="x"/>`).join('')),
    'message-unsafe',
  ],
  ['response of the largest size', () => response(`<a>${fill('x', 0.9 * MB)}</a>`), 'signature-missing'],
  ['response of the most elements', () => response(fill('<a b="c"/>', 60_000)), 'signature-missing'],
  ['response with a large attribute', () => response(`<a b="${fill('x', 0.9 * MB)}"/>`), 'signature-missing'],
  ['deep elements', () => fill('<a>'), 'inspect-unknown'],
  ['deep elements of a response', () => response(fill('<a>')), 'message-unsafe'],
  [
    'metadata of the most elements',
    () =>
      `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x">${fill('<a b="c"/>', 180_000)}</EntityDescriptor>`,
    'metadata-no-identity-provider',
  ],
  ['BEGIN lines', () => fill('-----BEGIN CERTIFICATE-----\n!'), 'certificate-truncated'],
  ['dashes', () => fill('-'), 'message-unsafe'],
  ['Base64', () => fill('PHNhbWxw'), 'message-unsafe'],
  ['Base64 of zeros', () => base64(Buffer.alloc(2 * MB)), 'inspect-unknown'],
  ['lines of Base64', () => `x!\n${fill(`${'A'.repeat(76)}\n`)}`, 'inspect-unknown'],
  ['percent signs', () => fill('%41'), 'inspect-unknown'],
  ['white space', () => `x${fill(' ')}x`, 'inspect-unknown'],
  ['escaped tags', () => fill('&lt;samlp:Response '), 'inspect-unknown'],
  ['references', () => fill('&lt;'), 'inspect-unknown'],
  ['quotations of a mail', () => fill('>\n'), 'inspect-unknown'],
  ['quotations of a short mail', () => fill('>\n', 1.9e6), 'inspect-unknown'],
  ['quoted-printable of a short mail', () => fill('=3D=\r\n', 1.9e6), 'inspect-unknown'],
  ['escaped quotation marks', () => `<a b=\\\\\\"x${fill('\\\\', 1.9e6)}`, 'inspect-unknown'],
  ['tags of the source of a page', () => `<table>SAMLResponse${fill('<b>&lt;')}`, 'inspect-unknown'],
  ['backslashes', () => `{"SAMLResponse":"${fill('\\\\')}`, 'inspect-unknown'],
  ['open tags in a log', () => `log: ${fill('<samlp:Response SAML ')}`, 'message-unsafe'],
  ['error numbers', () => fill('AADSTS50105 '), 'user-not-assigned'],
  ['numbers in pages', () => `<html>${fill('"iErrorCode":50126,"sErrTxt":"x", ')}`, 'wrong-password'],
  ['error codes', () => fill('{"code":45050,"message":"x"}\n'), 'attribute-missing'],
  ['error codes without words', () => `log ${fill('code: 45050 ')}`, 'inspect-unknown'],
  [
    'error codes that differ',
    () => Array.from({ length: 90_000 }, (_, at) => `{"code":${10_000 + at},"message":"twilio"}`).join('\n'),
    'refusal-unknown',
  ],
  ['error descriptions', () => `log ${fill('?error=access_denied&error_description=')}`, 'refusal-unknown'],
  [
    'error descriptions that differ',
    () => `log ${Array.from({ length: 500_000 }, (_, at) => `?error_description=${at}`).join(' ')}`,
    'refusal-unknown',
  ],
  ['lines that tell of errors', () => fill('2026 ERROR signature is missing\n'), 'signature-missing'],
  [
    'lines that differ and tell of errors',
    () =>
      Array.from({ length: 500_000 }, (_, at) => `2026 ERROR invalid ${at.toString(36).replace(/\d/g, 'x')}`).join(
        '\n',
      ),
    'inspect-unknown',
  ],
  ['logins after an error', () => `2026 ERROR AADSTS50126: x\n${fill('login ok user=a user=b \n')}`, 'wrong-password'],
  ['almost logins', () => `2026 ERROR AADSTS50126: x ${fill('login ')}`, 'wrong-password'],
  ['sign-ins as CSV', () => `Sign-in error code,User,Failure reason\n${fill('50105,"a","b"\n')}`, 'user-not-assigned'],
  ['quotation marks as CSV', () => `Sign-in error code,User\n50105,${fill('"')}`, 'user-not-assigned'],
  [
    'sign-ins as JSON',
    () => `[${fill('{"status":{"errorCode":50105}},', 4 * MB)}{"status":{"errorCode":0}}]`,
    'user-not-assigned',
  ],
  ['braces', () => fill('}{'), 'inspect-unknown'],
  ['page of programs', () => `<html>${fill('<script>')}error`, 'inspect-unknown'],
  [
    'HAR of refusals',
    () =>
      har(
        Array.from(
          { length: 20_000 },
          () =>
            `{"request":{"url":"https://x.example/?SAMLRequest=x"},"response":{"status":403,"content":{"mimeType":"text/html","text":"${'<p>error '.repeat(100)}"}}}`,
        ).join(),
      ),
    'refusal-unknown',
  ],
  ['mail addresses', () => `AADSTS900002 ${fill('a@')}`, 'identity-provider-refused'],
];
