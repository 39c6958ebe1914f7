import { type SetupType, setupTypes } from '../migration/setup-types.js';
import type { Output } from './output.js';

/** Draws both setup types as Twilio's guide tells them apart, and which one is recommended, and why, where that is known. */
export function drawSetupTypes(output: Output, recommended?: SetupType, why = ''): void {
  for (const type of ['new', 'modify'] as const) drawSetupType(output, type, type === recommended);
  output.gap();
  if (!recommended) return;
  output.text(`Recommended: ${output.paint.heading(setupTypes[recommended].title)}. ${why}`);
  output.gap();
}

function drawSetupType(output: Output, type: SetupType, recommended: boolean): void {
  const { title, summary, benefits, considerations, useThisIf } = setupTypes[type];
  output.gap();
  output.text(output.paint.heading(title) + (recommended ? output.paint.good(' (recommended)') : ''));
  output.text(summary, { indent: 2 });
  for (const [heading, lines] of [
    ['Benefits', benefits],
    ['Considerations', considerations],
    ['Use this option if', useThisIf],
  ] as const) {
    output.text(output.paint.faint(heading), { indent: 2 });
    for (const line of lines) output.text(line, { indent: 4, lead: '- ' });
  }
}
