import { type CauseCode, causeOf, isCauseCode } from '../diagnosis/causes.js';
import { legacyWords } from '../diagnosis/legacy-words.js';
import type { Migration } from '../migration/state.js';
import { isKeptNoLonger } from '../migration/status.js';

/**
 * Whether there is a way back to the legacy connection, as far as it is known: `late` if Flex keeps its details no longer; `switched-off` if
 * the last check saw that it logs no one in any more, and `broken` if that check found something that can be fixed.
 */
export function legacyWindow(migration: Migration, now = Date.now()): 'open' | 'broken' | 'switched-off' | 'late' {
  if (isKeptNoLonger(migration, now)) return 'late';
  const found = (migration.checks['validate-connection'] ?? []).flatMap(({ finding }): CauseCode[] =>
    finding?.connection === 'legacy' && finding.severity !== 'info' && isCauseCode(finding.code) ? [finding.code] : [],
  );
  if (found.some(code => legacyWords[code]?.isFinal)) return 'switched-off';
  return found.some(code => causeOf(code).severity === 'error') ? 'broken' : 'open';
}
