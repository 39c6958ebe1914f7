import { difference } from '../diagnosis/addresses.js';
import type { Expected } from '../diagnosis/expected.js';
import { entraFinding, type Finding } from '../diagnosis/finding.js';
import {
  type ConfiguredApplication,
  type ConfiguredCertificate,
  nameIdSource,
  sendsAppRoles,
} from '../identity-providers/entra/configured.js';
import { maySign } from '../identity-providers/entra/legacy-certificate.js';
import type { Facts, LegacyAnswer } from '../migration/facts.js';
import { isSetupRecorded } from '../migration/journal.js';
import type { Migration } from '../migration/state.js';
import { keptMs } from '../migration/status.js';
import { readCertificate } from '../saml/certificate.js';
import { claimFindings, encryptionFindings, signingFindings, signingInWords } from './application-findings.js';
import { assignedFindings } from './people-findings.js';

/**
 * What Flex will not take of the answer that the legacy application gives. A modified application answers for both connections, so that
 * this denies logins today as well, and on the way forward the enhanced connection says so. The way back restores it as it was: only what
 * was right before is wrong now.
 */
export function answerFindings(
  application: ConfiguredApplication,
  expected: Expected,
  migration: Migration,
): Finding[] {
  const { answers, direction, facts } = migration;
  const problems = answerProblems(application, expected);
  if (answers.setupType !== 'modify') return problems;
  const before = direction === 'back' ? facts.legacyAnswer?.problems : undefined;
  const isNew = (finding: Finding) => before !== undefined && !before.includes(problemName(finding));
  return problems.filter(finding => finding.code === 'user-not-assigned' || isNew(finding));
}

/** How it is signed, its claims, and its roles. */
function answerProblems(application: ConfiguredApplication, expected: Expected): Finding[] {
  return [
    ...encryptionFindings(application),
    ...signingFindings(application),
    ...claimFindings(application, { claims: undefined, expected }),
    ...roleFindings(application),
  ].filter(({ severity }) => severity === 'error');
}

const problemName = ({ code, attributes = [] }: Finding) => [code, ...attributes].join(' ');

/** What it answers with as long as agents log in through it, for the way back to compare with. */
export function describeAnswer(application: ConfiguredApplication, expected: Expected): Omit<LegacyAnswer, 'at'> {
  const nameId = nameIdSource(application);
  const problems = answerProblems(application, expected).map(problemName);
  const signing = signingInWords(application);
  return { problems, ...(nameId !== undefined && { nameId }), ...(signing !== undefined && { signing }) };
}

/**
 * Whether it answers otherwise than while agents logged in through it: without the policy that said how it signs; or with a NameID that is
 * made of something else, so that each of them comes to another Worker.
 */
export function formerAnswerFindings(
  application: ConfiguredApplication,
  { answers, direction, facts }: Migration,
): Finding[] {
  // On the way forward, the enhanced connection says so of an application that both share.
  if (answers.setupType === 'modify' && direction === 'forward') return [];
  const { nameId: before, signing } = facts.legacyAnswer ?? {};
  const now = nameIdSource(application);
  const isOther = before !== undefined && now !== undefined && before !== now;
  const evidence = difference('Source of the NameID', before ?? '', now ?? '');
  return [
    ...(isOther ? [entraFinding('name-id-changed', evidence, { severity: 'warning' })] : []),
    ...(application.signing ? [] : signingFindings(application, signing)),
  ];
}

/** Whether nothing shows any more what claims it sends, although that was to be seen before. A modified application's are restored. */
export const areClaimsHidden = ({ claims }: ConfiguredApplication, { answers, facts }: Migration): boolean =>
  answers.setupType !== 'modify' && claims === undefined && facts.legacyAnswer?.nameId !== undefined;

/** What an older record of a modified application holds, if it is from before Finish. */
function listedBefore({ listedCertificates = [], listedCertificatesAt = '', finishedAt = '' }: Facts) {
  const active = listedCertificatesAt < finishedAt ? listedCertificates.find(one => one.active) : undefined;
  return active && readCertificate(active.certificate).thumbprint;
}

/** App roles matter if the application sends them; a claims page that cannot be read may have the roles from elsewhere. */
function roleFindings(application: ConfiguredApplication): Finding[] {
  const areSent = sendsAppRoles(application);
  return assignedFindings(application).filter(({ code }) => {
    if (code === 'roles-missing') return areSent;
    if (code === 'roles-disabled') return areSent || !application.claims;
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
