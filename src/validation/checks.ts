import { describeFinding, type Finding, fixInWords } from '../diagnosis/finding.js';
import { isProof, worthOf } from '../migration/evidence.js';
import type { Evidence } from '../migration/facts.js';
import type { Check } from '../migration/state.js';

const results = { error: 'failed', warning: 'unknown', info: 'passed' } as const;

/** A cause as a check: what it is, what shows it, and whose product to change at which field. */
export function findingCheck(finding: Finding): Check {
  return {
    name: finding.code,
    result: results[finding.severity],
    strength: 'observed',
    message: finding.message,
    seen: finding.evidence,
    hint: fixInWords(finding.fix),
    finding: describeFinding(finding),
  };
}

/**
 * What is known of the login, what that proves and what not; and whether it led to the Worker of before. A login before `countFrom` (ISO
 * 8601) says nothing of how it is now.
 */
export function evidenceChecks(evidence: Evidence, countFrom = ''): Check[] {
  const { source, workerSid } = evidence;
  if (evidence.at < countFrom) return [earlierLogin(evidence)];
  const isProven = isProof(evidence);
  const { proves, leavesOpen } = worthOf(evidence);
  const login: Check = {
    name: 'login',
    result: isProven ? 'passed' : 'unknown',
    strength: source === 'none' || source === 'word' ? 'word' : 'observed',
    message: `${happened(evidence)} ${proves} ${leavesOpen}`,
    ...(!isProven && source !== 'none' && { hint: 'Run `flex-sso validate --login browser` to prove it.' }),
  };
  return [login, ...(workerSid === undefined || isDoubted(evidence) ? [] : [workerCheck(evidence)])];
}

function earlierLogin(evidence: Evidence): Check {
  const before = evidence.source === 'none' ? '' : ` ${happened(evidence)} That was before this check.`;
  return {
    name: 'login',
    result: 'unknown',
    strength: 'observed',
    message: `No login was tried now, so nothing is proven of how it is now.${before}`,
    hint: 'Run `flex-sso validate --login browser` to try one, or `--login observe` where somebody logs in elsewhere.',
  };
}

/** What speaks against the Worker is said as a finding. */
const isDoubted = ({ doubts = [] }: Evidence) =>
  doubts.some(({ cause }) => cause === 'worker-new' || cause === 'name-id-changed');

function happened({ source, seenBy, at, workerSid, nameId, identity, sameWorker, roles = [] }: Evidence): string {
  const when = `${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`;
  const held = roles.join(', ') || 'none';
  if (source === 'none') return 'No login was tried: that was skipped on request.';
  if (source === 'word') return `Somebody said on ${when} that a login worked.`;
  if (source === 'entra') return `Entra let somebody in before ${when}, and no Worker changed.`;
  if (source === 'flex') return `On ${when} Flex let ${nameId} in, as Worker ${workerSid} with the roles ${held}.`;
  if (!workerSid) return `Several Workers changed before ${when}, and which of them logged in cannot be told.`;
  const byEntra = seenBy?.includes('entra') ? ', and Entra’s log shows a login to this application' : '';
  const what = sameWorker === false ? 'came into being at the login' : 'changed after the login';
  return `Seen on ${when}: the Worker ${workerSid} (${identity}) ${what}, with the roles ${held}${byEntra}.`;
}

function workerCheck({ workerSid = '', sameWorker }: Evidence): Check {
  const check = { name: 'worker', strength: 'observed' } as const;
  if (sameWorker)
    return { ...check, result: 'passed', message: `${workerSid} was there before: no second Worker was made.` };
  return {
    ...check,
    result: 'unknown',
    message: `${workerSid} is a new Worker.`,
    hint: 'If this person had a Worker before, the NameID has changed: every agent would get a second, billed Worker. Look at the NameID before you finish.',
  };
}
