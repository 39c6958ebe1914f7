import { flagName } from '../inputs.js';
import type { Question } from '../migration/step.js';
import { drawChoices } from './choices.js';
import { clean } from './clean.js';
import type { Output } from './output.js';

/** Draws a question that a plan cannot be made without: why it is asked, and every value of its flag with what is known of it. */
export function drawUnanswered(output: Output, { input, why, choices = [], other }: Question): void {
  const flag = flagName(input);
  output.text(`This and what follows depends on ${flag}.`, { indent: 2 });
  if (why) output.text(clean(why), { indent: 2 });
  if (choices.length > 0) drawChoices(output, [...choices, ...(other ? [other] : [])], flag);
}
