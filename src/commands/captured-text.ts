import { inputError } from '../errors.js';
import { readAtMost, readGivenFile, whyUnreadable } from '../given-file.js';
import { isDer } from '../saml/certificate-container.js';

/** Whole recordings of a browser take a few megabytes. */
export const maxBytes = 25 * 1024 * 1024;

/**
 * The text of a file, or of stdin for `-` and where nothing is named; undefined where it is larger than `maxBytes`, of which no more
 * is read. Throws an input error.
 */
export async function readCaptured(file: string | undefined): Promise<string | undefined> {
  if (file === undefined && process.stdin.isTTY)
    throw inputError('inspect-nothing', 'There is nothing to inspect.', 'Run `flex-sso inspect FILE`, or pipe it in.');
  const isPiped = file === undefined || file === '-';
  try {
    const bytes = await (isPiped ? readAtMost(process.stdin, maxBytes) : readGivenFile(file, maxBytes));
    return bytes && textOf(bytes);
  } catch (cause) {
    throw inputError(
      'document-unreadable',
      `${isPiped ? 'The standard input' : file} cannot be read: ${whyUnreadable(cause)}.`,
      'Check the name; it is looked up from the current folder.',
    );
  }
}

/** What bytes say, in whichever encoding they are: UTF-8 or UTF-16 as text, a certificate or what is taken for one in Base64. */
export function textOf(bytes: Buffer): string {
  const isEven = bytes.length % 2 === 0;
  // Text would garble it.
  if (isDer(bytes)) return bytes.toString('base64');
  // UTF-16, as PowerShell writes it, in either order of bytes.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff && isEven) return bytes.swap16().toString('utf16le');
  // Without its mark it is told by the zeros between its first letters.
  const [a, b, c, d] = bytes;
  if (a && b === 0 && c && d === 0) return bytes.toString('utf16le');
  if (a === 0 && b && c === 0 && d && isEven) return bytes.swap16().toString('utf16le');
  return bytes.toString('utf8');
}
