import type { Check } from '../migration/state.js';
import { cleanDeep } from './clean.js';
import { type Meaning, type Output, readable, widthOf } from './output.js';

const marks: Record<Check['result'], { mark: string; meaning: Meaning }> = {
  passed: { mark: '✓', meaning: 'good' },
  failed: { mark: '✗', meaning: 'bad' },
  unknown: { mark: '?', meaning: 'warning' },
};

/** Draws checks: the result, how it is known, and for those that did not pass what was expected, what was seen and what to do. */
export function drawChecks(output: Output, checks: readonly Check[]): void {
  if (checks.length > 0) output.text(output.paint.faint('Checked:'), { indent: 2 });
  for (const check of cleanDeep(checks)) {
    const { mark, meaning } = marks[check.result];
    const lead = `${output.paint[meaning](mark)} `;
    const known = strength(check);
    output.text(readable(check.message) + (known && output.paint.faint(` (${known})`)), { indent: 2, lead });
    if (check.result === 'passed') continue;
    if (check.expected !== undefined) drawSide(output, 'Expected:', check.expected);
    if (check.seen !== undefined) drawSide(output, 'Seen:    ', check.seen);
    if (check.hint) output.text(`What to do: ${check.hint}`, { indent: 4 });
  }
}

/** How a check is known, in words, where it is not simply seen. */
function strength({ name, result, strength, finding, probe }: Check): string {
  if (finding) return finding.certainty === 'likely' ? 'likely, not certain' : '';
  if (strength === 'word') return 'on your word, not observed';
  if (result === 'unknown' && name === 'login') return 'not proven';
  return result === 'unknown' && !probe ? 'flex-sso cannot see it' : '';
}

/** Words flow. A value is beside its label where that fits, else below it in one piece: both sides are compared character by character. */
function drawSide(output: Output, label: string, value: string): void {
  const shown = value === '' ? 'nothing' : value;
  if (widthOf(`${label} ${shown}`) <= output.width() - 4 || /\s/.test(shown)) {
    output.text(shown, { indent: 4, lead: `${label} ` });
    return;
  }
  output.text(label.trimEnd(), { indent: 4 });
  output.value(shown);
}
