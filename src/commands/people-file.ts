import writeFileAtomic from 'write-file-atomic';
import { inputError } from '../errors.js';
import { peopleCsv } from '../people/csv.js';
import type { Outlook } from '../people/outlook.js';

/** Writes the list of those who may log in, readable for its owner alone. Throws an input error where the file cannot be written. */
export function writePeople(file: string, outlooks: readonly Outlook[]): void {
  try {
    writeFileAtomic.sync(file, peopleCsv(outlooks), { mode: 0o600 });
  } catch (cause) {
    throw inputError(
      'people-csv-unwritable',
      `The list of people cannot be written to ${file}: ${(cause as Error).message}.`,
      'Name a file in a folder that exists.',
    );
  }
}
