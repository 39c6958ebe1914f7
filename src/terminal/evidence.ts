import { worthOf } from '../migration/evidence.js';
import type { Evidence } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';
import { shownSince, speaksAgainst } from '../migration/status.js';
import { clean, cleanDeep } from './clean.js';
import type { Output } from './output.js';
import { moment } from './words.js';

/**
 * Draws what is known of a login through the enhanced connection, what that proves and what not; and plainly where nothing is known. Where
 * it is asked how it is now, a login from before `since` (ISO 8601) does not count.
 */
export function drawEvidence(output: Output, migration: Migration, since = ''): void {
  const { evidence, loginAwaitedSince } = cleanDeep(migration.facts);
  const shown = shownSince(migration, since);
  const lead = shown ? `${output.paint.good('✓')} ` : `${output.paint.warning('?')} `;
  if (!evidence || evidence.source === 'none') {
    output.text('Not verified. No login through the new connection has been seen.', { lead });
    return;
  }
  const { proves, leavesOpen } = worthOf(evidence);
  const isOld = evidence.at < since && !loginAwaitedSince;
  const verdict = shown
    ? verdicts[shown]
    : isOld
      ? 'Not verified now: this check saw no login. Before it:'
      : 'Not verified.';
  output.text(`${verdict} ${origin(evidence)} ${proves} ${leavesOpen}`, { lead });
  if (loginAwaitedSince)
    output.text(`Since ${moment(loginAwaitedSince)} a login is awaited, to show whether that is still so.`, {
      indent: 2,
      lead: '- ',
    });
  for (const { message } of cleanDeep(speaksAgainst(migration)))
    output.text(`Against it speaks: ${message}`, { indent: 2, lead: '- ' });
  if (evidence.workerSid === undefined) return;
  for (const line of findings(evidence)) output.text(line, { indent: 2, lead: '- ' });
}

const verdicts = { verified: 'Verified.', confirmed: 'Confirmed.' };

function origin(evidence: Evidence): string {
  const { source, seenBy, connectionName, fresh } = evidence;
  const at = moment(evidence.at);
  if (source === 'flex' && fresh === false)
    return `What came back to flex-sso on ${at} was an older session, no login.`;
  if (source === 'flex') return `A login through ${connectionName} came back to flex-sso on ${at}.`;
  if (source === 'word') return `Somebody said on ${at} that the login works.`;
  if (source === 'entra') return `Entra let somebody in before ${at}, and no Worker changed.`;
  if (seenBy?.includes('entra')) return `Entra and TaskRouter saw a login before ${at}.`;
  return `TaskRouter alone saw something: a Worker changed before ${at}.`;
}

function findings(evidence: Evidence): string[] {
  const lines = [workerLine(evidence)];
  if (evidence.nameId !== undefined) lines.push(`NameID: ${evidence.nameId}`);
  if (evidence.identity !== undefined) lines.push(`Flex identity: ${evidence.identity}`);
  if (evidence.roles) lines.push(`Roles: ${evidence.roles.length === 0 ? 'none' : evidence.roles.join(', ')}`);
  return lines.map(line => clean(line));
}

function workerLine({ workerSid, sameWorker }: Evidence): string {
  const sid = workerSid ? ` (${workerSid})` : '';
  if (sameWorker === undefined) return `Worker${sid}: whether it was there before cannot be told.`;
  if (sameWorker) return `Worker${sid}: the same as before.`;
  return `Worker${sid}: a new one. If this person had a Worker before, the NameID has changed and Twilio bills both.`;
}
