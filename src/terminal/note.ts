import { clean } from './clean.js';
import { type Output, readable } from './output.js';

/** Draws something that the reader of a step should know and that is no change and no check. */
export function drawNote(output: Output, message: string): void {
  output.text(readable(clean(message)), { indent: 2, lead: '- ' });
}
