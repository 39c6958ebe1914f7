import type { Certificate } from '../saml/certificate.js';
import type { ResponseReading } from '../saml/response.js';
import type { Signature } from '../saml/signature.js';
import { certificateFindings, named } from './certificates.js';
import type { Expected } from './expected.js';
import { type Finding, type FindingOptions, findingOf } from './finding.js';

type Read = Exclude<ResponseReading, { level: 'refused' }>;

const refusals = {
  unsafe: 'message-unsafe',
  forged: 'message-forged',
  malformed: 'message-malformed',
  enveloped: 'response-enveloped',
} as const;

/** Why a message was not read at all; `detail` is what was found, said of "it" or of "this". */
export function refusalFinding({ reason, detail }: { reason: keyof typeof refusals; detail: string }): Finding {
  const found = `${detail.charAt(0).toLowerCase()}${detail.slice(1).replace(/\.$/, '')}`;
  const finding = findingOf(refusals[reason], `Not read further: ${found}.`);
  if (reason !== 'unsafe') return finding;
  // Of all that may be unsafe it is one thing that was found.
  return { ...finding, message: finding.message.replace(`${finding.title}.`, () => `${finding.title}: ${found}.`) };
}

/** Whether a response is signed as Flex demands, and with which certificate. `xml` is the response as it was given. */
export function signatureFindings(reading: Read, expected: Expected, xml: string): Finding[] {
  const options: FindingOptions = { identityProvider: expected.identityProvider };
  const { signatures, encrypted, hasAdvice } = reading;
  const found = [
    ...(encrypted ? [findingOf('assertion-encrypted', 'The response holds an EncryptedAssertion.', options)] : []),
    ...(hasAdvice ? [findingOf('assertion-advice', 'The assertion holds another one in its Advice.', options)] : []),
    ...unsigned(reading, options),
    ...signatures.flatMap(it => algorithmFinding(it, options)),
  ];
  // Of what was altered it does not matter who wrote it.
  if (signatures.length > 0 && signatures.every(signature => signature.outcome === 'unchecked'))
    found.push(
      findingOf(
        'certificate-unknown',
        'Neither --certificate nor a migration names one. The content is what was signed; by whom, was not seen.',
      ),
    );
  const altered = signatures.filter(signature => signature.outcome === 'altered');
  if (altered.length > 0) {
    const what = altered.map(signature => signature.of).join(' and ');
    found.push(findingOf('message-altered', `The digest of the ${what} does not fit its content.${likelyWhy(xml)}`));
  }
  if (signatures.some(signature => signature.outcome === 'inconsistent'))
    found.push(findingOf('message-altered', 'The signature does not fit the certificate that the message carries.'));
  const strange = signatures.find(signature => signature.outcome === 'other-key');
  if (strange) found.push(...otherKey(strange, expected, options));
  const used = signatures.find(signature => signature.outcome === 'valid')?.certificate;
  if (used) found.push(...certificateFindings(used, expected.now, options));
  return found;
}

/** What in a message looks as if a program altered it on its way to us. It may be something else as well. */
function likelyWhy(xml: string): string {
  // A decoder puts this sign in the place of what it cannot read.
  if (xml.includes('\uFFFD')) return ' It holds U+FFFD: its encoding is not the one that it declares.';
  if (/[\u00C2\u00C3][\u0080-\u00BF]/.test(xml))
    return ' It likely was read in a wrong encoding once: it holds signs like "Ã¶".';
  if (!/>[ \t]{0,200}\r?\n\s{0,200}</.test(xml)) return '';
  return ' There are line breaks between its elements, as viewers add them. Inspect what was sent, not what a viewer shows.';
}

function unsigned({ signatures, envelope, assertion, encrypted }: Read, options: FindingOptions): Finding[] {
  if (!assertion && !encrypted && envelope.status[0] !== 'Success') return [];
  const has = (of: Signature['of']) => signatures.some(signature => signature.of === of);
  if (!has('Response') && !has('Assertion') && !encrypted)
    return [
      findingOf('signature-missing', 'There is no signature in the response or in its assertion.', options),
      findingOf('response-unsigned', 'The response carries no signature.', { ...options, severity: 'info' }),
    ];
  if (!has('Response')) return [findingOf('response-unsigned', 'Only the assertion carries a signature.', options)];
  return has('Assertion') || encrypted
    ? []
    : [findingOf('assertion-unsigned', 'Only the response carries a signature.', options)];
}

/** SHA-1 and MD5 are broken; other algorithms are not, but nobody says whether Flex takes them. */
function algorithmFinding(
  { of, algorithm, digestAlgorithm, canonicalization, weak, usual, outcome }: Signature,
  options: FindingOptions,
) {
  const written = canonicalization ? `, canonicalisation ${canonicalization}` : '';
  const evidence = `The ${of} is signed with ${algorithm}, digest ${digestAlgorithm}${written}.`;
  if (weak) return [findingOf('signature-weak', evidence, options)];
  if (outcome === 'unsupported') return [findingOf('signature-unsupported', evidence, options)];
  return usual ? [] : [findingOf('signature-unusual', evidence, { ...options, certainty: 'likely' })];
}

/** A certificate inside the message proves nothing, but may explain why none of the known ones fits. */
function otherKey({ claimedCertificate }: Signature, expected: Expected, options: FindingOptions): Finding[] {
  const known = expected.certificates.map(named).join('; ');
  const expired = expected.certificates.flatMap(certificate =>
    certificateFindings(certificate, expected.now, options).filter(({ severity }) => severity === 'error'),
  );
  if (!claimedCertificate)
    return [
      ...expired,
      findingOf('certificate-wrong', `The signature was not made with the key of: ${known}.`, options),
    ];
  const evidence = `Known: ${known}. The message carries another one, which by itself proves nothing: ${named(claimedCertificate)}.`;
  const rolled = expected.certificates.some(certificate => isSuccessor(claimedCertificate, certificate));
  return [
    ...expired,
    ...(rolled ? [findingOf('certificate-rolled', evidence, { ...options, certainty: 'likely' })] : []),
    ...(rolled ? [] : [findingOf('certificate-wrong', evidence, options)]),
    ...certificateFindings(claimedCertificate, expected.now, { ...options, certainty: 'likely' }),
  ];
}

const isSuccessor = (newer: Certificate, older: Certificate) =>
  newer.subject === older.subject && newer.validFrom > older.validFrom;
