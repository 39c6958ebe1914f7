import { describeFinding, type Finding, fixInWords } from '../diagnosis/finding.js';
import type { Check, Evidence } from '../migration/state.js';
import { proves } from './evidence.js';

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

/** What is known of the login, how strongly, and what that leaves open. */
export function evidenceChecks(evidence: Evidence): Check[] {
  const { source, fresh } = evidence;
  if (source === 'none' || source === 'word' || source === 'entra')
    return [
      {
        name: 'login',
        result: 'unknown',
        strength: source === 'entra' ? 'observed' : 'word',
        message: `${messages[source]} ${proves[source]}`,
        ...(source !== 'none' && { hint: 'Run `flex-sso validate --login browser` to prove it.' }),
      },
    ];
  const login: Check = {
    name: 'login',
    result: fresh === false ? 'unknown' : 'passed',
    strength: 'observed',
    message: `${loginMessage(evidence)} ${proves[source]}`,
  };
  return [login, workerCheck(evidence)];
}

const messages = {
  none: 'No login was tried: that was skipped on request.',
  word: 'Somebody said that a login worked. No Worker changed, so it was not seen.',
  entra: 'Entra let somebody in, and no Worker changed.',
} as const;

function loginMessage({ source, seenBy, workerSid = '', nameId, identity, roles = [] }: Evidence): string {
  const held = roles.join(', ') || 'none';
  if (source === 'flex') return `Flex let ${nameId} in, as Worker ${workerSid} with the roles ${held}.`;
  const byEntra = seenBy?.includes('entra') ? ', and Entra’s log shows a login to this application' : '';
  return `The Worker ${workerSid} (${identity}) changed after the login, with the roles ${held}${byEntra}.`;
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
