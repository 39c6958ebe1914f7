import type { IdentityProvider } from '../identity-providers/labels.js';
import { labels } from '../identity-providers/labels.js';
import type { Cause, Fix, Severity } from './cause.js';
import { type CauseCode, causeOf, orderOf } from './causes.js';

/** One cause that holds here, with what shows it. */
export interface Finding {
  readonly code: CauseCode;
  readonly severity: Severity;
  /** The title of the cause and what it means. */
  readonly message: string;
  readonly title: string;
  readonly fix: Omit<Fix, 'product'> & { readonly product: string };
  /** What was seen, in words; may hold remote text, never personal data. */
  readonly evidence: string;
  /** `seen`: shown by the evidence. `likely`: inferred from it. */
  readonly certainty: 'seen' | 'likely';
}

export interface FindingOptions {
  severity?: Severity;
  certainty?: Finding['certainty'];
  /** Whose labels to use where the fix is at the identity provider; Entra's where it is left out. */
  identityProvider?: IdentityProvider | undefined;
}

export function findingOf(code: CauseCode, evidence: string, options: FindingOptions = {}): Finding {
  const cause = causeOf(code);
  return {
    code,
    severity: options.severity ?? cause.severity,
    title: cause.title,
    message: `${cause.title}. ${cause.explanation}`,
    fix: fixAt(cause, options.identityProvider),
    evidence,
    certainty: options.certainty ?? 'seen',
  };
}

const severities: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * Each cause once, the one to mend first at the front: errors before warnings, and among them upstream first. Of one cause that was
 * found twice the evidence that is seen stays, else the first.
 */
export function rank(findings: readonly Finding[]): Finding[] {
  const kept = new Map<CauseCode, Finding>();
  for (const finding of findings) {
    const held = kept.get(finding.code);
    if (!held || (held.certainty === 'likely' && finding.certainty === 'seen')) kept.set(finding.code, finding);
  }
  return [...kept.values()].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || orderOf(a.code) - orderOf(b.code),
  );
}

/** The fix in one sentence: whose product, which field, what to do. */
export const fixInWords = ({ product, field, action }: Finding['fix']): string =>
  `In ${product}, at ${field}: ${action}`;

/** A finding as `--json` shows it. */
export function describeFinding({ code, severity, message, fix, evidence, certainty }: Finding) {
  return { code, severity, message, evidence, certainty, fix: fixInWords(fix), product: fix.product, field: fix.field };
}

/** Entra's pages and fields are named in the table; other identity providers have names of their own. */
function fixAt({ fix }: Cause, identityProvider: IdentityProvider = 'entra'): Finding['fix'] {
  if (identityProvider === 'entra' || fix.product !== 'Microsoft Entra') return fix;
  const { name, page, ...named } = labels[identityProvider];
  const field = fix.label === 'entityId' || fix.label === 'acsUrl' ? `${page} > ${named[fix.label]}` : page;
  return { ...fix, product: name, field };
}
