import { closeSync, fstatSync, writeFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { errorCode } from '../stores/disk-words.js';

/** What a stream says whose other end is gone: a pipe that `head` has closed, and a terminal whose window is. */
const isGone = (error: unknown) => ['EPIPE', 'EIO'].includes(errorCode(error));

type Standard = NodeJS.WriteStream & { fd: number };

/**
 * Makes it no failure that nobody reads a stream any more. `onLost` hears once if what is written is lost for another reason, such as a
 * full disk.
 */
export function outliveReader(stream: Standard, onLost: (cause: unknown) => void): void {
  if (isFile(stream)) writeAll(stream);
  let isLost = false;
  stream.on('error', error => {
    if (isLost || isGone(error)) return;
    isLost = true;
    onLost(error);
  });
}

const isFile = ({ fd, isTTY }: Standard) => !isTTY && fstatSync(fd).isFile();

/** A disk that gets full takes a part of a text, and Node does not look how much: half a document would pass for a whole one. */
function writeAll(stream: Standard): void {
  stream._write = (chunk, _encoding, done) => {
    try {
      writeFileSync(stream.fd, chunk);
      done();
    } catch (cause) {
      done(cause as Error);
    }
  };
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
