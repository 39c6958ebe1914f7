import { createInterface } from 'node:readline';
import type { Enough } from '../migration/step.js';

/** Aborts when Enter is pressed. The terminal stays as it is, so that Ctrl-C goes on stopping the program. */
export function awaitEnter(input: NodeJS.ReadableStream = process.stdin): Enough {
  const pressed = new AbortController();
  const lines = createInterface({ input, terminal: false }).once('line', () => pressed.abort());
  return { signal: pressed.signal, end: () => lines.close() };
}
