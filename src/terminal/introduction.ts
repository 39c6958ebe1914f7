import type { Migration } from '../migration/state.js';
import { clean } from './clean.js';
import type { Output } from './output.js';
import { moment } from './words.js';

/** Draws what a run is going to do, before it does anything. */
export function drawIntroduction(
  output: Output,
  run: {
    migration: Migration;
    direction: Migration['direction'];
    /** In the sandbox, where its Console is. */
    sandboxConsole?: string | undefined;
  },
): void {
  const { migration, direction, sandboxConsole } = run;
  output.gap();
  output.text(
    output.paint.heading(
      direction === 'back' ? 'Back to the legacy SSO connection' : 'From legacy to enhanced SSO, for Twilio Flex',
    ),
  );
  output.text(`Account ${clean(migration.accountSid)}. ${begun(migration)}`);
  output.gap();
  if (migration.revision === 0)
    output.text(
      'Nothing is written before you have seen it and accepted it. What only a person can do is told click by click, and ' +
        'checked afterwards. Ctrl-C stops at any time, and nothing is lost.',
    );
  else output.text('What was done before is looked at again, not done again.');
  if (!sandboxConsole) return;
  output.gap();
  output.text(
    'This is the sandbox: a Flex account and an Entra tenant on this machine alone. Nothing real is touched. An operator ' +
      'plays the people; to click yourself, open its Console while this runs:',
  );
  output.value(sandboxConsole);
}

function begun({ revision, createdAt, updatedAt }: Migration): string {
  return revision === 0 ? 'A new migration.' : `Begun on ${moment(createdAt)}, last changed on ${moment(updatedAt)}.`;
}
