import { PassThrough } from 'node:stream';
import type { MigrationEvent } from '../../src/migration/events.js';
import type { Change, Check } from '../../src/migration/state.js';
import { createOutput, type Output, type OutputOptions } from '../../src/terminal/output.js';
import { createProgress } from '../../src/terminal/progress.js';
import { createDrawing } from '../../src/terminal/render.js';

/** What a drawing function writes, at 80 columns and without colour unless told otherwise. */
export function drawn(draw: (output: Output) => void, options: OutputOptions = {}): string {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  draw(createOutput({ write }, { columns: 80, color: false, env: { LANG: 'en_GB.UTF-8' }, ...options }));
  return written;
}

/** What the events of a migration look like, one after the other, where no terminal is. */
export function drawnEvents(events: readonly MigrationEvent[], options: OutputOptions = {}): string {
  return drawn(output => {
    const drawing = createDrawing(output, createProgress(new PassThrough(), output));
    for (const event of events) drawing.event(event);
  }, options);
}

export const step = { id: 'update-identity-provider', title: 'Update your identity provider' } as const;
export const nextStep = { id: 'enter-identity-provider-data', title: 'Enter identity provider data' } as const;

export const connection = `JQ${'0123456789abcdef'.repeat(2)}`;
export const acsUrl = `https://login.flex.us1.twilio.com/login/callback?connection=${connection}`;
export const certificate = `-----BEGIN CERTIFICATE-----\n${`${'MIIC8DCCAdigAwIBAgIQ'.repeat(3)}ABCD\n`.repeat(17)}-----END CERTIFICATE-----\n`;

export function change(parts: Partial<Change> = {}): Change {
  return {
    action: 'create',
    resource: 'application',
    key: 'Twilio Flex SSO',
    title: 'Application “Twilio Flex SSO”',
    before: null,
    after: { displayName: 'Twilio Flex SSO' },
    ...parts,
  };
}

export const manualChange: Change = change({
  action: 'manual',
  resource: 'flexConsole',
  key: 'identity-provider-data',
  title: 'Enter the data of the identity provider in Flex Console',
  after: null,
  instruction: {
    who: 'flex-administrator',
    summary: 'Enter the data of the identity provider in Flex Console',
    page: 'https://console.twilio.com/us1/develop/flex/users-and-access/single-sign-on',
    tasks: [
      { do: 'click', label: 'Start setup' },
      { do: 'choose', label: 'Create new SSO connection' },
      { do: 'tick', label: 'I confirm that the values have been updated' },
      { do: 'enter', label: 'X.509 Certificate', value: certificate },
      { do: 'enter', label: 'Single Sign-On URL', value: acsUrl },
      { do: 'enter', label: 'Trusted URLs', value: '' },
      { do: 'read', text: 'Keep the values that are already there.' },
      { do: 'click', label: 'Save' },
    ],
  },
});

export function check(parts: Partial<Check> = {}): Check {
  return { name: 'entity-id', result: 'passed', strength: 'observed', message: 'The Entity ID is set.', ...parts };
}
