import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { errorCode } from '../stores/disk-words.js';

/** What a stream says whose other end is gone: a pipe that `head` has closed, and a terminal whose window is. */
const isGone = (error: unknown) => ['EPIPE', 'EIO'].includes(errorCode(error));

/** Makes it no failure that nobody reads a stream any more. */
export function outliveReader(stream: NodeJS.WriteStream): void {
  stream.on('error', error => {
    if (!isGone(error)) throw error;
  });
}

/** Makes a terminal that is gone the end of what is typed: readline throws an error of its input, where nobody can catch it. */
export function endWithTerminal(input: NodeJS.ReadStream): void {
  const emit = input.emit.bind(input) as (event: string | symbol, ...details: unknown[]) => boolean;
  input.emit = (event: string | symbol, ...details: unknown[]) =>
    event === 'error' && isGone(details[0]) ? emit('close') : emit(event, ...details);
}

/**
 * Lets a process end by itself when its terminal is gone. At its end Node restores the settings of the terminals that it was started
 * with, and aborts if one is not there any more.
 */
export function outliveTerminal(): void {
  const terminals = [0, 1, 2].filter(descriptor => isatty(descriptor));
  process.on('exit', () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  });
}
