import type { Evidence } from '../migration/state.js';
import { clean, cleanDeep } from './clean.js';
import type { Output } from './output.js';
import { moment } from './words.js';

/** Draws what is known of a login through the enhanced connection, and plainly where nothing is. */
export function drawEvidence(output: Output, given: Evidence | undefined): void {
  const evidence = given && cleanDeep(given);
  const { paint } = output;
  if (evidence?.source === 'flex' || evidence?.source === 'taskrouter')
    output.text(origin(evidence), { lead: `${paint.good('✓')} ` });
  else output.text(origin(evidence), { lead: `${paint.warning('?')} ` });
  if (!evidence || evidence.source === 'none' || evidence.source === 'word') return;
  for (const line of findings(evidence)) output.text(line, { indent: 2, lead: '- ' });
}

function origin(evidence: Evidence | undefined): string {
  switch (evidence?.source) {
    case 'flex':
      return `Verified. A login through ${evidence.connectionName} came back to flex-sso on ${moment(evidence.at)}.`;
    case 'taskrouter':
      return (
        `Confirmed by TaskRouter. A Worker changed between the request to log in and ${moment(evidence.at)}. That does not ` +
        'show which connection the login took; a login that comes back to flex-sso would.'
      );
    case 'entra':
      return (
        `Not verified. Entra let somebody in before ${moment(evidence.at)}, and no Worker changed: whether Flex took that login was ` +
        'not seen.'
      );
    case 'word':
      return `Not verified. Somebody said on ${moment(evidence.at)} that the login works; flex-sso did not see it.`;
    default:
      return 'Not verified. No login through the new connection has been seen.';
  }
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
