import type { Details, Diagnosis, Identity, ListedCertificate, Verdict } from '../diagnosis/diagnosis.js';
import type { Finding } from '../diagnosis/finding.js';
import { cleanDeep } from './clean.js';
import type { Meaning, Output } from './output.js';
import { count, day } from './words.js';

const kinds: Record<Diagnosis['kind'], string> = {
  response: 'A SAML response: what the identity provider says of a login',
  'authn-request': 'A SAML AuthnRequest: what Flex asks of the identity provider',
  logout: 'A SAML logout message',
  metadata: 'Metadata of an identity provider',
  certificate: 'A certificate',
  refusal: 'The words with which a login was refused',
  unknown: 'Something that was not read',
};

const verdicts: Record<Verdict, { mark: string; meaning: Meaning; words: string }> = {
  ok: { mark: '✓', meaning: 'good', words: 'Nothing is wrong with it.' },
  unverified: { mark: '·', meaning: 'faint', words: 'No fault is found in it. Who wrote it is not verified.' },
  problems: { mark: '✗', meaning: 'warning', words: 'Something must be fixed.' },
  rejected: { mark: '✗', meaning: 'bad', words: 'It is rejected: nothing that it says may be believed.' },
};

const severities: Record<Finding['severity'], { mark: string; meaning: Meaning }> = {
  error: { mark: '✗', meaning: 'bad' },
  warning: { mark: '!', meaning: 'warning' },
  info: { mark: '·', meaning: 'faint' },
};

/** Draws what a message is, the verdict, and every cause in the order in which to mend them. */
export function drawDiagnosis(
  output: Output,
  given: Diagnosis,
  options: { account: string | undefined; masked: boolean },
): void {
  const diagnosis = cleanDeep(given);
  const { kind, verdict, findings, identity } = diagnosis;
  const { mark, meaning, words } = verdicts[verdict];
  output.gap();
  output.text(output.paint.heading(kinds[kind]));
  if (options.account) output.text(`Held against what is recorded for ${options.account}.`);
  // What was set aside has no verdict, but a finding that says so.
  if (!diagnosis.aside) output.text(words, { lead: `${output.paint[meaning](mark)} ` });
  drawDetails(output, diagnosis);
  for (const check of diagnosis.notChecked ?? []) output.text(check, { indent: 2, lead: 'Not checked: ' });
  if (identity) drawIdentity(output, identity, options.masked);
  drawFindings(output, findings);
}

/** Draws causes, the one to mend first at the top: what it is, what shows it, and what to do where. */
export function drawFindings(output: Output, findings: readonly Finding[]): void {
  for (const finding of cleanDeep(findings)) {
    const { mark, meaning } = severities[finding.severity];
    const likely = finding.certainty === 'likely' ? output.paint.faint(' (likely)') : '';
    output.gap();
    output.text(`${finding.message}${likely}`, { lead: `${output.paint[meaning](mark)} ` });
    output.text(finding.evidence, { indent: 2, lead: 'Evidence: ' });
    output.text(`${finding.fix.product}, ${finding.fix.field}`, { indent: 2, lead: 'Where: ' });
    output.text(finding.fix.action, { indent: 2, lead: 'What to do: ' });
    output.text(output.paint.faint(`Code: ${finding.code}`), { indent: 2 });
  }
}

function drawDetails(output: Output, { details, kind }: { details: Details; kind: Diagnosis['kind'] }): void {
  const isRequest = kind === 'authn-request';
  const lines: readonly (readonly [label: string, value: string | undefined])[] = [
    [kind === 'metadata' ? 'Issuer (Entity ID of the identity provider)' : 'Issuer', details.issuer],
    [isRequest ? 'Issuer (Entity ID)' : 'Audience (Entity ID)', details.entityId],
    [isRequest ? 'ACS URL' : 'Recipient (ACS URL)', details.acsUrl],
    ['Issuer (not verified)', details.unverified?.issuer],
    ['Audience (Entity ID, not verified)', details.unverified?.entityId],
    ['Recipient (ACS URL, not verified)', details.unverified?.acsUrl],
    ['Sent to', details.ssoUrl],
    ['NameIDPolicy', details.nameIdFormat],
    ...Object.entries(details.ssoUrls ?? {}).map(([binding, url]) => [`Single Sign-On URL (${binding})`, url] as const),
    ...(details.signatures ?? []).map(
      ({ of, algorithm, outcome }) => [`Signature of the ${of}`, `${algorithm}, ${outcome}`] as const,
    ),
    ...(details.identityProviders ?? []).map(entityId => ['Identity provider', entityId] as const),
    ...(details.certificates ?? []).map(certificate => ['Certificate', inWords(certificate)] as const),
  ];
  for (const [label, value] of lines) if (value) output.text(value, { indent: 2, lead: `${label}: ` });
}

function inWords(certificate: ListedCertificate): string {
  const { thumbprint, subject, validFrom, validTo, validity, active, activeAsOf } = certificate;
  const when = activeAsOf === undefined ? '' : ` on ${day(activeAsOf)}`;
  const state = validity === 'valid' ? '' : ` (${validity.replaceAll('-', ' ')})`;
  const held =
    active === undefined ? '' : active ? `; recorded as the active one${when}` : `; not the active one${when}`;
  return `${thumbprint}, ${subject}, ${day(validFrom)} to ${day(validTo)}${state}${held}`;
}

function drawIdentity(output: Output, { nameId, attributes }: Identity, masked: boolean): void {
  const note = masked ? ' (masked; --show-personal shows it)' : '';
  output.text(`Read from what was signed${note}:`, { indent: 2 });
  // White space around it is part of it, and would not be seen.
  const shown = nameId === nameId?.trim() ? nameId : `"${nameId}"`;
  output.text(shown ?? 'none', { indent: 4, lead: 'NameID: ' });
  for (const { name, values } of attributes)
    output.text(values.join(', ') || count(0, 'value'), { indent: 4, lead: `${name}: ` });
}
