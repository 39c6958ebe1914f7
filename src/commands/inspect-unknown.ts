import { type FlexSsoError, inputError } from '../errors.js';
import { thumbprint } from '../saml/certificate-container.js';

const record =
  'Record a login in the Network tab of the browser, with "Preserve log" on, and save it as HAR with content.';
const whole = 'Hand over the whole SAMLResponse, as it travelled: the value of the form field, or the recording.';

/** What a text that is not recognised looks like, and what to do instead. The first that fits counts; nothing of the text is quoted. */
const likenesses: readonly (readonly [looks: RegExp, like: string, hint?: string])[] = [
  [/^<(?:\w{1,30}:)?(?:Encrypted)?Assertion[\s/>]/, 'an assertion without the response around it', whole],
  [/^<(?:!doctype html|html)[\s>]/i, 'a web page without a SAML message in it'],
  [/^</, 'XML that is neither a SAML message nor metadata'],
  [/^eyJ[\w-]+\.[\w-]+\.[\w-]*$/, 'a JSON Web Token, as OpenID Connect uses it instead of SAML'],
  [
    /^\{[\s\S]*"(?:authorization_endpoint|token_endpoint|jwks_uri)"\s*:/,
    'the OpenID configuration of an identity provider, not its SAML metadata',
    'Download the SAML metadata (XML) of the application: for Entra, the App Federation Metadata Url.',
  ],
  [/^\{\s*"keys"\s*:/, 'the keys of an identity provider for OpenID Connect, not its SAML metadata'],
  [/^[{[]/, 'JSON without a SAMLResponse or SAMLRequest in it'],
  [/(^|[&?\s'"])wresult=/, 'WS-Federation, which Flex does not speak'],
  [/^curl\s/, 'a command for cURL without a SAML message in it'],
  [/[?&]SAMLart=/, 'an address with a SAML artifact; Flex does not use the artifact binding'],
  [/^https?:\/\//i, 'an address without a SAMLResponse or SAMLRequest in it'],
  [/^PK\x03\x04/, 'a ZIP archive', 'Unpack it, and name the file that is in it.'],
  [/^\x1F[\x8B\uFFFD]/, 'a compressed file (gzip)', 'Unpack it, and name the file that is in it.'],
  [/^(?:[\x89\uFFFD]PNG|\uFFFD{4}|GIF8|%PDF)/, 'a picture or a PDF', 'Copy the text itself, not a picture of it.'],
  [/[\0-\x08\uFFFD]/, 'a file that is no text'],
  [
    thumbprint,
    'the thumbprint of a certificate, not the certificate itself',
    'Download the certificate in Base64 (PEM) format.',
  ],
  [/^[\w+/=\s-]{200,}$/, 'Base64 of something that is no SAML message, or is cut off', whole],
];

/** The input error for a text in which no message was found. */
export function unrecognised(given: string): FlexSsoError {
  const text = given.replace(/^\uFEFF/, '').trim();
  if (text === '')
    return inputError('inspect-empty', 'What was handed over is empty.', 'Name a file, or pipe the message in.');
  // What tells them apart stands near the beginning.
  const start = text.slice(0, 10_000);
  const [, like = 'plain text', hint = record] = likenesses.find(([looks]) => looks.test(start)) ?? [];
  return inputError(
    'inspect-unknown',
    `This is no SAMLResponse, AuthnRequest, metadata or certificate that flex-sso recognises: it looks like ${like}.`,
    hint,
  );
}

/** The input error for a recording of a browser that holds no message. */
export const emptyRecording = (): FlexSsoError =>
  inputError('inspect-no-message', 'This recording of a browser holds no SAML message.', record);
