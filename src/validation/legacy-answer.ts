import type { Expected } from '../diagnosis/expected.js';
import { entraFinding, type Finding } from '../diagnosis/finding.js';
import type { ConfiguredApplication, ConfiguredCertificate } from '../identity-providers/entra/configured.js';
import { maySign } from '../identity-providers/entra/legacy-certificate.js';
import type { Facts } from '../migration/facts.js';
import { isSetupRecorded } from '../migration/journal.js';
import type { Migration } from '../migration/state.js';
import { keptMs } from '../migration/status.js';
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
 * Whether it signs, or may sign, with another certificate than while agents logged in through it. Nothing shows what Flex holds for the
 * legacy connection, so this is likely, not certain. Without a record of it, the age of a certificate has to tell.
 */
export function formerCertificateFindings(
  { certificates }: ConfiguredApplication,
  migration: Migration,
  now = Date.now(),
): Finding[] {
  const { facts } = migration;
  const signing = maySign(certificates, now);
  const former = facts.legacyCertificate?.thumbprint ?? listedBefore(facts);
  const isFormer = ({ thumbprint, validFrom }: ConfiguredCertificate) =>
    former ? former === thumbprint : Date.parse(validFrom) <= inUseUntil(migration, now);
  if (signing.every(isFormer)) return [];
  const code = signing.some(isFormer) ? 'certificate-several-active' : 'certificate-rolled';
  const named = signing.map(({ thumbprint, validFrom }) => `${thumbprint} (valid from ${validFrom.slice(0, 10)})`);
  const seen =
    signing.length === 1
      ? `Entra signs with the certificate ${named[0]}.`
      : `Entra shows no active certificate, so it may sign with any of these: ${named.join(', ')}.`;
  const held = former ? ` ${formerlyWith(former, certificates, now)}` : '';
  return [entraFinding(code, seen + held, { severity: 'warning', certainty: 'likely' })];
}

/** Until when agents logged in through it at least: without a record of the setup, it is only known how long Flex keeps it afterwards. */
const inUseUntil = (migration: Migration, now: number): number =>
  isSetupRecorded(migration) ? Date.parse(migration.createdAt) : now - keptMs;

function formerlyWith(former: string, certificates: readonly ConfiguredCertificate[], now: number): string {
  const held = certificates.find(({ thumbprint }) => thumbprint === former);
  const isValid = held && Date.parse(held.validTo) > now;
  const state = isValid
    ? `is still there, valid until ${held.validTo.slice(0, 10)}`
    : 'is not there any more, or has expired';
  return `While agents logged in through the legacy connection, it signed with ${former}, which ${state}.`;
}
