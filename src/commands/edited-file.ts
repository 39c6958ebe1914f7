import { realpathSync, statSync } from 'node:fs';
import { FlexSsoError } from '../errors.js';
import { diskWords } from '../stores/disk-words.js';
import { writeDurably } from '../stores/durable-file.js';

/**
 * Replaces a file of the user by a text, whole or not at all. A link to the file stays a link, and the file keeps its owner and its
 * permissions. Throws 'file-unwritable'.
 */
export function replaceFile(file: string, text: string): void {
  try {
    const target = realpathSync(file);
    // A rename would put a file in the place of a pipe or a device.
    if (!statSync(target).isFile()) throw new Error('it is not a regular file');
    writeDurably(target, text);
  } catch (cause) {
    throw new FlexSsoError(
      'file-unwritable',
      `${file} cannot be written: ${diskWords(cause)}.`,
      'Nothing in it is lost. Correct what is wrong with the disk or the folder, and run `flex-sso resume`.',
      { cause },
    );
  }
}
