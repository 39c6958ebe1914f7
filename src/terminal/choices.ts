import type { FoundChoice } from '../migration/step.js';
import { clean } from './clean.js';
import type { Output } from './output.js';

/** Draws what is known of each choice, where something is; with the flag that would choose it, where that is what a reader needs. */
export function drawChoices(output: Output, choices: readonly FoundChoice[], flag?: string): void {
  const told = choices.filter(({ facts }) => flag || facts);
  for (const { value, label, facts = [] } of told) {
    output.gap();
    output.text(clean(flag ? `${flag} ${value}` : label), { indent: 2 });
    if (flag) output.text(clean(label), { indent: 6 });
    for (const fact of facts) output.text(clean(fact), { indent: 6, lead: '· ' });
  }
  if (told.length > 0) output.gap();
}
