import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { diskWords, errorCode } from './stores/disk-words.js';

/** Certificates, metadata and lists of endpoints are some kilobytes; no file of them comes near it. */
export const mostBytes = 10 * 1024 * 1024;

/**
 * Reads a file that a person names; undefined if it is larger than `most` bytes, of which no more is read. A pipe is read to its end, as
 * `<(command)` in a shell is one. What may never end is refused: a device, and a pipe that nothing writes to. Throws an error for
 * `whyUnreadable`.
 */
export async function readGivenFile(file: string, most = mostBytes): Promise<Buffer | undefined> {
  // To open a pipe waits for its writer, unless it is told not to. Windows has no such pipes.
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  let stream: Readable;
  try {
    stream = streamOf(descriptor);
  } catch (cause) {
    closeSync(descriptor);
    throw cause;
  }
  return readAtMost(stream, most);
}

/** What a stream says to its end; undefined if it is larger than `most` bytes, of which no more is read. */
export async function readAtMost(stream: Readable, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** Why a file cannot be read, for a sentence that names it before. */
export function whyUnreadable(cause: unknown): string {
  return words[errorCode(cause)] ?? diskWords(cause);
}

/** Of reading they mean something else than of writing. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  // A socket has a name, and cannot be opened by it.
  ENXIO: 'it is not a regular file',
};

function streamOf(descriptor: number): Readable {
  const stat = fstatSync(descriptor);
  if (stat.isFile()) return createReadStream('', { fd: descriptor });
  if (stat.isDirectory()) throw new Error('it is a folder');
  if (!stat.isFIFO()) throw new Error('it is a device, not a file');
  const first = firstIn(descriptor);
  const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
  if (first.length > 0) pipe.unshift(first);
  return pipe;
}

/** What waits in a pipe; a pipe without a writer says that it has ended, and one with a writer that there is nothing yet. */
function firstIn(pipe: number): Buffer {
  const waiting = Buffer.alloc(64 * 1024);
  try {
    const length = readSync(pipe, waiting);
    if (length === 0) throw new Error('nothing is written to this pipe');
    return waiting.subarray(0, length);
  } catch (cause) {
    if (errorCode(cause) === 'EAGAIN') return Buffer.alloc(0);
    throw cause;
  }
}
