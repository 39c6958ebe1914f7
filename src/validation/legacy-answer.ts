import type { Expected } from '../diagnosis/expected.js';
import { entraFinding, type Finding } from '../diagnosis/finding.js';
import type { ConfiguredApplication } from '../identity-providers/entra/configured.js';
import { signingWith } from '../identity-providers/entra/legacy-certificate.js';
import type { Facts } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';
import { readCertificate } from '../saml/certificate.js';
import { claimFindings, encryptionFindings, signingFindings } from './application-findings.js';
import type { ReadApplication } from './legacy-application.js';

/**
 * What Flex will not take of the answer that the legacy application gives: how it is signed, its claims, and its roles. A modified
 * application answers for both connections: what is wrong with its answer denies logins today, and the way back changes nothing about it.
 */
export function answerFindings(application: ReadApplication, expected: Expected, { answers }: Migration): Finding[] {
  if (answers.setupType === 'modify') return application.ofPeople.filter(({ code }) => code === 'user-not-assigned');
  return [
    ...encryptionFindings(application),
    ...signingFindings(application),
    ...claimFindings(application, { claims: undefined, expected }),
    ...roleFindings(application),
  ];
}

/** What an older record of a modified application holds, if it is from before Finish. */
function listedBefore({ listedCertificates = [], listedCertificatesAt = '', finishedAt = '' }: Facts) {
  const active = listedCertificatesAt < finishedAt ? listedCertificates.find(one => one.active) : undefined;
  return active && readCertificate(active.certificate).thumbprint;
}

/** App roles matter if the application sends them; a claims page that cannot be read may have the roles from elsewhere. */
function roleFindings({ claims, ofPeople }: ReadApplication): Finding[] {
  const source = claims?.find(({ name }) => name === 'roles')?.source.toLowerCase();
  const sendsAppRoles = source === 'user.assignedroles';
  return ofPeople.filter(({ code }) => {
    if (code === 'roles-missing') return sendsAppRoles;
    if (code === 'roles-disabled') return sendsAppRoles || !claims;
    return code === 'user-not-assigned';
  });
}

/**
 * Whether it signs with another certificate than while agents logged in through it. Nothing shows what Flex holds for the legacy
 * connection, so this is likely, not certain. Without a record, a certificate that is younger than the migration is another one.
 */
export function formerCertificateFindings(
  { certificates }: ConfiguredApplication,
  { facts, createdAt }: Migration,
  now = Date.now(),
): Finding[] {
  const signing = signingWith(certificates);
  if (!signing) return [];
  const former = facts.legacyCertificate?.thumbprint ?? listedBefore(facts);
  if (former ? former === signing.thumbprint : signing.validFrom <= createdAt) return [];
  const seen = `Entra signs with the certificate ${signing.thumbprint}`;
  const likely = { severity: 'warning', certainty: 'likely' } as const;
  if (!former)
    return [
      entraFinding('certificate-rolled', `${seen}, which is valid from ${signing.validFrom.slice(0, 10)}.`, likely),
    ];
  const held = certificates.find(({ thumbprint }) => thumbprint === former);
  const isValid = held && Date.parse(held.validTo) > now;
  const state = isValid
    ? `is still there, valid until ${held.validTo.slice(0, 10)}`
    : 'is not there any more, or has expired';
  const evidence = `${seen}. While agents logged in through the legacy connection, it signed with ${former}, which ${state}.`;
  return [entraFinding('certificate-rolled', evidence, likely)];
}
