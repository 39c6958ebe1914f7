import { type Finding, findingOf } from '../diagnosis/finding.js';
import { loginRedirectUrl } from '../flex/login.js';
import { legacyKeptUntil } from '../migration/status.js';
import type { ReadContext } from '../migration/step.js';

/** Whether the way back is still open, as long as Flex keeps the legacy connection: nothing, or the finding that it is not. */
export async function checkWayBack({ flex, migration }: ReadContext): Promise<readonly Finding[]> {
  const until = legacyKeptUntil(migration);
  if (!migration.facts.legacy || !until || Date.parse(until) < Date.now()) return [];
  const probe = await flex.probeLegacy(loginRedirectUrl(migration));
  if (probe.reached !== 'error' || !probe.status) return [];
  return [findingOf('legacy-switched-off', `${probe.code ?? `HTTP ${probe.status}`}: ${probe.message}`)];
}
