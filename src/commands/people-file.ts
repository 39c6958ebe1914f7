import { closeSync, ftruncateSync, writeFileSync } from 'node:fs';
import { inputError } from '../errors.js';
import { peopleCsv } from '../people/csv.js';
import type { Beside, Outlook } from '../people/outlook.js';
import { openPrivateFile } from '../private-file.js';
import { diskWords } from '../stores/disk-words.js';
import { cleanDeep } from '../terminal/clean.js';

/** Without it Excel takes UTF-8 for the code page of the machine, and every other letter for two. */
const byteOrderMark = '\uFEFF';

/**
 * Writes the list of those who may log in, readable for its owner alone; what would steer a terminal or reorder text is made visible.
 * Throws an input error where the file cannot be written.
 */
export function writePeople(file: string, listed: readonly (Outlook | Beside)[]): void {
  try {
    const descriptor = openPrivateFile(file);
    try {
      ftruncateSync(descriptor);
      writeFileSync(descriptor, byteOrderMark + peopleCsv(cleanDeep(listed)));
    } catch (cause) {
      // A part of the list would look like all of it.
      ftruncateSync(descriptor);
      throw cause;
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw inputError(
      'people-csv-unwritable',
      `The list of people cannot be written to ${file}: ${diskWords(cause)}.`,
      'Name a new file in a folder that exists, on a disk that is not full.',
    );
  }
}
