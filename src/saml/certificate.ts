import { X509Certificate } from 'node:crypto';
import { FlexSsoError, inputError } from '../errors.js';
import { type Container, containerIn, derInHex, thumbprint } from './certificate-container.js';

/** A signing certificate as an administrator compares it. Subject is remote text. */
export interface Certificate {
  /** 64 characters a line, with `\n` and a final newline. */
  pem: string;
  /** SHA-1, hex, upper case, no separators: what Entra calls the thumbprint. */
  thumbprint: string;
  /** ISO 8601, UTC. */
  validFrom: string;
  /** ISO 8601, UTC. */
  validTo: string;
  subject: string;
  /** At the time of reading. */
  validity: 'valid' | 'expired' | 'not-yet-valid';
  /** Something about the text it came from that a reader should know. */
  note?: string;
}

/** What a text holds: certificates, one at least, and how many more that cannot be read. */
export interface CertificatesRead {
  certificates: readonly Certificate[];
  unreadable: number;
}

/** A chain of a dozen certificates is below it. */
const maxCharacters = 100_000;
/** As many as a chain has, and more. */
const maxChained = 20;
const whatToDo =
  'Download the certificate again in Base64 (PEM) format, and copy it whole, with its BEGIN and END lines.';
const withoutKey =
  'Export only the certificate, without its key. If this was sent on, treat the key as known to others.';

/**
 * Reads a certificate from PEM, with whatever line ends, or from bare Base64. Of several it takes the first and says so. Throws an
 * input error ('certificate-…') that says what the text is instead.
 */
export function readCertificate(text: string, now = new Date()): Certificate {
  const { certificates, failures } = read(text, now);
  const [first, ...more] = certificates;
  // The one that cannot be read may be the one that is meant.
  if (!first || failures[0]) throw failures[0] ?? garbled();
  if (more.length === 0) return first;
  const note = `${certificates.length} certificates were given; the first is used, ${first.subject}.`;
  return { ...first, note };
}

/** Reads all the certificates in a text; one that is garbled takes nothing from the others. Throws as `readCertificate` if none is left. */
export function readCertificates(text: string, now = new Date()): CertificatesRead {
  const { certificates, failures } = read(text, now);
  if (certificates.length === 0) throw failures[0] ?? garbled();
  return { certificates, unreadable: failures.length };
}

function read(text: string, now: Date): { certificates: Certificate[]; failures: FlexSsoError[] } {
  const failures: FlexSsoError[] = [];
  const certificates = blocksIn(text).flatMap(block => {
    try {
      return certificatesIn(block).map(certificate => describe(certificate, now));
    } catch (error) {
      if (!(error instanceof FlexSsoError)) throw error;
      failures.push(error);
      return [];
    }
  });
  return { certificates, failures };
}

/** Certificate in Base64, with or without line ends, as PEM. */
export function toPem(base64: string): string {
  const lines = base64.replace(/\s/g, '').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The Base64 of one certificate, or of a chain of them. */
interface Block {
  base64: string;
  /** Which one it is, if its END line is missing. */
  cutOff?: string;
  /** OpenSSL's trusted form has settings of its own behind the certificate. */
  isTrusted?: true;
}

/** BEGIN and END lines as tools, editors and mail programs write them: any case, spaces inside, other dashes. */
const markers =
  /[-*_~\u2010-\u2015\u2212]\s{0,5}(BEGIN|END)\s{1,5}([A-Z0-9#][A-Z0-9# ]{0,40}?)\s{0,5}[-*_~\u2010-\u2015\u2212]/gi;

/** Whether a text has the BEGIN line of a certificate, or of what is taken for one. */
export const hasMarkers = (text: string): boolean => text.search(markers) >= 0;

function blocksIn(text: string): Block[] {
  // Copied out of JSON, line ends come as the two characters `\n`; out of a query or XML, as codes.
  const given = text
    .slice(0, maxCharacters)
    .replace(/\\r|\\n|%0D|%0A|&#(?:13|10|xD|xA);/gi, '\n')
    .replace(/%20/g, ' ')
    .replace(/%2B/gi, '+')
    .replace(/%3D/gi, '=')
    .replace(/%2F/gi, '/');
  if (given.trim() === '')
    throw inputError('certificate-empty', 'There is no certificate in it: it is empty.', whatToDo);
  if (/^\uFEFF?\s*</.test(given))
    throw inputError(
      'certificate-xml',
      'This is XML or a web page, not a certificate.',
      'If it is SAML metadata, name it with `--metadata`: the certificate is read from it.',
    );
  const found = [...given.matchAll(markers)].map(({ 0: { length }, 1: word = '', 2: label = '', index }) => ({
    isBegin: /begin/i.test(word),
    label: label.toUpperCase(),
    start: index,
    end: index + length,
  }));
  if (found.length === 0) return [{ base64: given }];
  const begins = found.filter(({ isBegin }) => isBegin);
  if (begins.some(({ label }) => /PRIVATE KEY/.test(label)))
    throw inputError(
      'certificate-private-key',
      'This holds a private key, which must stay with the identity provider.',
      withoutKey,
    );
  const own = begins.filter(({ label }) => /^(TRUSTED |X509 )?CERTIFICATE$/.test(label));
  const [other] = begins;
  if (own.length === 0 && other)
    throw /PKCS ?#?7|CMS/.test(other.label)
      ? notOne('pkcs7')
      : inputError('certificate-other', `This is a ${other.label.toLowerCase()}, not a certificate.`, whatToDo);
  return own.map((begin, at) => {
    const next = found[found.indexOf(begin) + 1];
    const which = own.length === 1 ? 'The certificate' : `Certificate ${at + 1} of ${own.length}`;
    return {
      base64: given.slice(begin.end, next?.start),
      ...((!next || next.isBegin) && { cutOff: which }),
      ...(begin.label.startsWith('TRUSTED') && { isTrusted: true }),
    };
  });
}

/** The certificates in one block, in their order. Throws an input error that says what it is instead. */
function certificatesIn({ base64, cutOff, isTrusted }: Block): X509Certificate[] {
  if (cutOff) throw inputError('certificate-truncated', `${cutOff} is cut off: its END line is missing.`, whatToDo);
  // Without what a mail puts before each quoted line, and what is left of the dashes around a marker.
  const plain = base64.replace(/[\s>|\u200B\uFEFF]/g, '').replace(/^[-*_~\u2010-\u2015\u2212]{1,20}/, '');
  if (thumbprint.test(plain))
    throw inputError(
      'certificate-thumbprint',
      'This is the thumbprint of a certificate, not the certificate itself.',
      whatToDo,
    );
  const der = /^[A-Za-z0-9+/=]+(?=[-*_~\u2010-\u2015\u2212]{0,20}$)/.exec(plain)?.[0];
  // Each certificate of a chain may have been padded for itself.
  const bytes = derInHex(base64) ?? (der && Buffer.concat(der.split(/=+/).map(part => Buffer.from(part, 'base64'))));
  if (!bytes) throw garbled();
  const written = bytes.toString('latin1');
  // Base64 of a PEM file, or of Base64.
  if (/^[\x20-\x7E\s]{200,}$/.test(written)) return blocksIn(written).flatMap(certificatesIn);
  const container = containerIn(bytes);
  if (container) throw notOne(container);
  const found: X509Certificate[] = [];
  for (let rest = bytes; found.length < maxChained; rest = rest.subarray(found.at(-1)?.raw.length)) {
    if (found.length > 0 && (rest.length === 0 || isTrusted)) return found;
    const certificate = parse(rest);
    if (!certificate) break;
    found.push(certificate);
  }
  // Other bytes behind a certificate would be lost on the way to Flex: such a text is not what it seems.
  throw garbled();
}

/** Nothing if these bytes are no certificate, or one whose dates nobody can read, which OpenSSL accepts. */
function parse(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    const dates = [certificate.validFrom, certificate.validTo];
    return dates.every(date => !Number.isNaN(Date.parse(date))) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function describe(parsed: X509Certificate, now: Date): Certificate {
  const [validFrom, validTo] = [new Date(parsed.validFrom), new Date(parsed.validTo)];
  return {
    pem: toPem(parsed.raw.toString('base64')),
    thumbprint: parsed.fingerprint.replaceAll(':', ''),
    validFrom: validFrom.toISOString(),
    validTo: validTo.toISOString(),
    subject: parsed.subject.replaceAll('\n', ', '),
    validity: now > validTo ? 'expired' : now < validFrom ? 'not-yet-valid' : 'valid',
  };
}

const garbled = () =>
  inputError('certificate-garbled', 'This is not a valid X.509 certificate: it is garbled or cut off.', whatToDo);

const containers: Readonly<Record<Container, readonly [code: string, message: string]>> = {
  pkcs7: ['certificate-container', 'This is a PKCS #7 container (.p7b): it holds a chain, not one certificate.'],
  pkcs12: ['certificate-private-key', 'This is a PKCS #12 container (.pfx or .p12): it holds a private key.'],
  keystore: ['certificate-private-key', 'This is a Java keystore: it likely holds a private key.'],
  'private-key': ['certificate-private-key', 'This is a private key, which must stay with the identity provider.'],
  'public-key': ['certificate-other', 'This is a public key, not a certificate.'],
};

function notOne(container: Container): FlexSsoError {
  const [code, message] = containers[container];
  if (code === 'certificate-private-key') return inputError(code, message, withoutKey);
  if (code === 'certificate-other') return inputError(code, message, whatToDo);
  return inputError(
    code,
    message,
    'Open it, and export the signing certificate only, in Base64 (PEM) format: `openssl pkcs7 -print_certs` does it too.',
  );
}
