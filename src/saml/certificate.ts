import { X509Certificate } from 'node:crypto';
import { inputError } from '../errors.js';

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

/** A chain of a dozen certificates is below it. */
const maxCharacters = 100_000;
const whatToDo =
  'Download the certificate again in Base64 (PEM) format, and copy it whole, with its BEGIN and END lines.';

/**
 * Reads a certificate from PEM, with whatever line ends, or from bare Base64. Of several it takes the first and says so. Throws an
 * input error ('certificate-…') that says what the text is instead.
 */
export function readCertificate(text: string, now = new Date()): Certificate {
  const [first = '', ...more] = blocksIn(text);
  const certificate = describe(first, now);
  if (more.length === 0) return certificate;
  const note = `${more.length + 1} certificates were given; the first is used, ${certificate.subject}.`;
  return { ...certificate, note };
}

/** All the certificates in a text, one at least; otherwise as `readCertificate`. */
export function readCertificates(text: string, now = new Date()): Certificate[] {
  const [first = '', ...more] = blocksIn(text);
  return [first, ...more].map(block => describe(block, now));
}

/** The Base64 of each certificate. */
function blocksIn(text: string): string[] {
  // Copied out of JSON, line ends come as the two characters `\n`.
  const given = text.slice(0, maxCharacters).replace(/\\r|\\n/g, '\n');
  if (given.trim() === '')
    throw inputError('certificate-empty', 'There is no certificate in it: it is empty.', whatToDo);
  if (/-BEGIN [A-Z ]*PRIVATE KEY-/.test(given))
    throw inputError(
      'certificate-private-key',
      'This holds a private key, which must stay with the identity provider.',
      'Export the certificate alone, without its key, and treat the key as known to others where it was sent on.',
    );
  const other = /-BEGIN (?!(?:TRUSTED |X509 )?CERTIFICATE-)([A-Z0-9 ]{1,30})-/.exec(given)?.[1];
  if (other) throw inputError('certificate-other', `This is a ${other.toLowerCase()}, not a certificate.`, whatToDo);
  if (/^\uFEFF?\s*</.test(given))
    throw inputError(
      'certificate-xml',
      'This is XML or a web page, not a certificate.',
      'If it is SAML metadata, name it with `--metadata`: the certificate is read from it.',
    );
  return base64Blocks(given);
}

/** Certificate in Base64, with or without line ends, as PEM. */
export function toPem(base64: string): string {
  const lines = base64.replace(/\s/g, '').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function base64Blocks(text: string): string[] {
  if (!/-BEGIN /.test(text)) return [text];
  const blocks = text.split(/-*BEGIN (?:TRUSTED |X509 )?CERTIFICATE-*/).slice(1);
  return blocks.map((block, i) => {
    const [body, ...after] = block.split(/-+END /);
    if (after.length > 0) return body ?? '';
    const which = blocks.length === 1 ? 'The certificate' : `Certificate ${i + 1} of ${blocks.length}`;
    throw inputError('certificate-truncated', `${which} is cut off: its END line is missing.`, whatToDo);
  });
}

function describe(base64: string, now: Date): Certificate {
  const der = base64.replace(/\s/g, '');
  const parsed = /^[A-Za-z0-9+/]+={0,2}$/.test(der) ? parse(Buffer.from(der, 'base64')) : undefined;
  if (!parsed)
    throw inputError('certificate-garbled', 'This is no X.509 certificate: it is garbled or cut off.', whatToDo);
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

function parse(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    // Bytes behind the certificate would be lost on the way to Flex: such a text is not what it seems.
    return certificate.raw.length === der.length ? certificate : undefined;
  } catch {
    return undefined;
  }
}
