import { type ResponseReading, readResponse } from '../saml/response.js';
import { addressFindings } from './addresses.js';
import { attributeFindings } from './attributes.js';
import { type Details, type Diagnosis, type Identity, type Verdict, verdictOn } from './diagnosis.js';
import { type Expected, withAssumedConnection } from './expected.js';
import { type Finding, type FindingOptions, findingOf, rank } from './finding.js';
import { refusalFinding, signatureFindings } from './signatures.js';
import { statusFindings } from './status.js';
import { timeFindings } from './times.js';
import { whose } from './whose.js';

type Read = Exclude<ResponseReading, { level: 'refused' }>;

/** Explains a SAML response against what is expected of it. */
export function diagnoseResponse(xml: string, given: Expected): Diagnosis {
  const reading = readResponse(xml, { certificates: given.certificates });
  if (reading.level === 'refused')
    return { kind: 'response', verdict: 'rejected', findings: [refusalFinding(reading)], details: {} };
  const identityProvider = whose([reading.assertion?.issuer, reading.envelope.issuer], given.identityProvider);
  const expected = { ...given, identityProvider };
  const findings = rank([...signatureFindings(reading, expected, xml), ...contentFindings(reading, expected)]);
  const identity = identityIn(reading);
  const verdict = verdictOf(reading, findings);
  const unchecked = verdict === 'rejected' ? [] : notChecked(reading, expected);
  return {
    kind: 'response',
    verdict,
    findings,
    details: detailsOf(reading, verdict),
    ...(unchecked.length > 0 && { notChecked: unchecked }),
    ...(identity && { identity }),
  };
}

/** Of what nobody has verified it is never said that nothing is wrong with it. */
function verdictOf(reading: Read, findings: readonly Finding[]): Verdict {
  if (isRejected(reading)) return 'rejected';
  const verdict = verdictOn(findings.filter(({ code }) => code !== 'certificate-unknown'));
  return verdict === 'ok' && reading.level !== 'verified' ? 'unverified' : verdict;
}

/** What a message is held against if it is known, and was not. */
function notChecked({ signatures }: Read, { serviceProvider, issuer, requestId, workers }: Expected): string[] {
  const isOpen = signatures.some(({ outcome }) => outcome === 'unchecked');
  return [
    ...(isOpen ? ['Who signed it. Name the certificate of the identity provider with --certificate.'] : []),
    ...(issuer ? [] : ['Whether the Issuer is the one that Flex expects: no migration is recorded here.']),
    ...(serviceProvider
      ? []
      : ['Whether Audience and Recipient are those of your Flex: no migration is recorded here.']),
    ...(requestId ? [] : ['Which login request it answers: only a recording of the whole login shows that.']),
    ...(workers ? [] : ['Whether a Worker has this NameID: no migration is recorded here.']),
  ];
}

/** Somebody else may have written it: unsigned, changed, or signed by nobody who is known. */
function isRejected({ level, signatures, assertion }: Read): boolean {
  if (level === 'verified') return false;
  if (signatures.length === 0) return assertion !== undefined;
  return signatures.some(signature => signature.outcome !== 'unchecked');
}

function contentFindings(reading: Read, expected: Expected): Finding[] {
  const { level, envelope, assertion, encrypted, signatures } = reading;
  // What was changed after it was signed says nothing about how anything is set up.
  if (signatures.some(({ outcome }) => outcome === 'altered' || outcome === 'inconsistent')) return [];
  const options: FindingOptions = {
    identityProvider: expected.identityProvider,
    certainty: level === 'verified' ? 'seen' : 'likely',
  };
  if (envelope.status.length > 0 && envelope.status[0] !== 'Success') {
    const isSigned = level === 'verified' && signatures.some(signature => signature.of === 'Response');
    return statusFindings(envelope, isSigned, options);
  }
  const [status = 'none'] = envelope.status;
  const isEmpty = !assertion && !encrypted;
  const held = withAssumedConnection(expected, assertion?.audiences[0], assertion?.confirmations[0]?.recipient);
  return [
    ...(isEmpty ? [findingOf('assertion-missing', `Status: ${status.slice(0, 60)}.`, options)] : []),
    ...addressFindings(envelope, assertion, held, options),
    ...(assertion ? timeFindings(envelope, assertion, expected, options) : []),
    ...(assertion ? attributeFindings(assertion, expected, options) : []),
  ];
}

function identityIn({ level, assertion }: Read): Identity | undefined {
  if (level !== 'verified' || !assertion) return undefined;
  const { nameId, attributes } = assertion;
  return {
    ...(nameId && { nameId: nameId.value }),
    ...(nameId?.format && { nameIdFormat: nameId.format }),
    attributes,
  };
}

/** What a message claims of its addresses is shown as a claim until it is verified; of one that is rejected only in the evidence of findings. */
function detailsOf({ level, envelope, assertion, signatures }: Read, verdict: Verdict): Details {
  const shown = signatures.map(({ of, algorithm, digestAlgorithm, outcome }) => ({
    of,
    algorithm,
    digestAlgorithm,
    outcome,
  }));
  if (verdict === 'rejected') return { signatures: shown };
  const addresses = {
    issuer: assertion?.issuer ?? envelope.issuer,
    entityId: assertion?.audiences[0],
    acsUrl: assertion?.confirmations[0]?.recipient,
  };
  if (level === 'verified') return { ...addresses, signatures: shown };
  const claimed = Object.entries(addresses).filter(([, value]) => value !== undefined);
  return { unverified: Object.fromEntries(claimed), signatures: shown };
}
