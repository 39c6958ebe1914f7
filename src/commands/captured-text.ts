import { inputError } from '../errors.js';
import { readAtMost, readGivenFile, whyUnreadable } from '../given-file.js';
import { isDer } from '../saml/certificate-container.js';
import { textIn } from '../saml/encoding.js';

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
  let bytes: Buffer | undefined;
  try {
    bytes = await (isPiped ? readAtMost(process.stdin, maxBytes) : readGivenFile(file, maxBytes));
  } catch (cause) {
    throw inputError(
      'document-unreadable',
      `${isPiped ? 'The standard input' : file} cannot be read: ${whyUnreadable(cause)}.`,
      'Check the name; it is looked up from the current folder.',
    );
  }
  return bytes && textOf(bytes);
}

/** What bytes say, in whichever encoding they are: as text, or in Base64 if they are a certificate or what is taken for one. */
export const textOf = (bytes: Buffer): string => (isDer(bytes) ? bytes.toString('base64') : textIn(bytes));
