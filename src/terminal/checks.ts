import type { Check } from '../migration/state.js';
import { cleanDeep } from './clean.js';
import { type Meaning, type Output, widthOf } from './output.js';

const marks: Record<Check['result'], { mark: string; meaning: Meaning }> = {
  passed: { mark: '✓', meaning: 'good' },
  failed: { mark: '✗', meaning: 'bad' },
  unknown: { mark: '?', meaning: 'warning' },
};

/** Draws checks: the result, how it is known, and for those that did not pass what was expected, what was seen and what to do. */
export function drawChecks(output: Output, checks: readonly Check[]): void {
  for (const check of cleanDeep(checks)) {
    const { mark, meaning } = marks[check.result];
    const lead = `${output.paint[meaning](mark)} `;
    output.text(`${check.message} ${output.paint.faint(`(${strength(check)})`)}`, { indent: 2, lead });
    if (check.result === 'passed') continue;
    if (check.expected !== undefined) drawSide(output, 'Expected:', check.expected);
    if (check.seen !== undefined) drawSide(output, 'Seen:    ', check.seen);
    if (check.hint) output.text(check.hint, { indent: 6, lead: 'What to do: ' });
  }
}

/** How a check is known, in words. */
function strength({ result, strength }: Pick<Check, 'result' | 'strength'>): string {
  if (strength === 'word') return 'on your word, not observed';
  return result === 'unknown' ? 'flex-sso cannot see it' : 'seen by flex-sso';
}

/** Beside its label where that fits, below it in one piece where not: the two sides are compared character by character. */
function drawSide(output: Output, label: string, value: string): void {
  const shown = value === '' ? 'nothing' : value;
  if (widthOf(`${label} ${shown}`) <= output.width() - 6) {
    output.text(`${label} ${shown}`, { indent: 6 });
    return;
  }
  output.text(label.trimEnd(), { indent: 6 });
  output.value(shown);
}
