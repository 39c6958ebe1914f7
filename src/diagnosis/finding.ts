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
  readonly fix: Omit<Fix, 'product' | 'elsewhere'> & { readonly product: string };
  /** What was seen, in words; may hold remote text, never personal data. */
  readonly evidence: string;
  /** `seen`: shown by the evidence. `likely`: inferred from it. */
  readonly certainty: 'seen' | 'likely';
  /** Where it is about attributes of the assertion: which of those that Flex demands, by their names there. */
  readonly attributes?: readonly string[];
  /** Set where it speaks of the legacy connection (`validation/legacy-finding.ts`); every other one speaks of the enhanced one, or of a message. */
  readonly connection?: 'legacy';
}

export interface FindingOptions {
  severity?: Severity;
  certainty?: Finding['certainty'];
  attributes?: readonly string[];
  /** Whose labels to use if the fix is at the identity provider. Left out, it is not known whose it is. */
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
    ...(options.attributes && { attributes: options.attributes }),
  };
}

const severities: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * Each cause once, the one to mend first at the front: errors before warnings, and among them upstream first. Of one cause that was
 * found twice the evidence that is seen stays, else the first; of one that holds for several attributes, that of each.
 */
export function rank(findings: readonly Finding[]): Finding[] {
  const kept = new Map<CauseCode, Finding>();
  for (const finding of findings) {
    const held = kept.get(finding.code);
    kept.set(finding.code, held ? together(held, finding) : finding);
  }
  return [...kept.values()].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || orderOf(a.code) - orderOf(b.code),
  );
}

function together(held: Finding, other: Finding): Finding {
  // One that was overcome does not hide one that was not.
  if (held.severity !== other.severity)
    return severities.indexOf(held.severity) < severities.indexOf(other.severity) ? held : other;
  if (held.certainty !== other.certainty) return held.certainty === 'seen' ? held : other;
  const named = held.attributes ?? [];
  const more = (other.attributes ?? []).filter(name => !named.includes(name));
  if (more.length === 0) return held;
  return { ...held, attributes: [...named, ...more], evidence: `${held.evidence} ${other.evidence}` };
}

/** The fix in one sentence: whose product, which field, what to do. */
export const fixInWords = ({ product, field, action }: Finding['fix']): string =>
  `In ${product}, at ${field}: ${action}`;

/** A finding as `--json` shows it. */
export function describeFinding({ code, severity, message, fix, evidence, certainty, ...more }: Finding) {
  const { product, field } = fix;
  const { attributes, connection } = more;
  const described = { code, severity, message, evidence, certainty, fix: fixInWords(fix), product, field };
  return { ...described, ...(attributes && { attributes: [...attributes] }), ...(connection && { connection }) };
}

/** Entra's pages and fields are named in the table; other identity providers have names of their own. */
function fixAt({ fix }: Cause, identityProvider: IdentityProvider = 'other'): Finding['fix'] {
  const { elsewhere, ...own } = fix;
  if (identityProvider === 'entra') return own;
  const there = { ...own, ...(elsewhere !== undefined && { action: elsewhere }) };
  if (fix.product !== 'Microsoft Entra') return there;
  const { name, page, ...named } = labels[identityProvider];
  const field = fix.label === 'entityId' || fix.label === 'acsUrl' ? `${page} > ${named[fix.label]}` : page;
  return { ...there, product: name, field };
}

/** A finding of what was read in Microsoft Entra itself. */
export const entraFinding = (code: CauseCode, evidence: string, options: FindingOptions = {}): Finding =>
  findingOf(code, evidence, { ...options, identityProvider: 'entra' });
