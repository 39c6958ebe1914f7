import { inputError } from './errors.js';

/** Reads a list of e-mail addresses; returns them separated by commas, each once. Throws an input error for the first that is none. */
export function emails(text: string): string {
  // As mail programs write them.
  const plain = text.replace(/<([^<>\s]*)>/g, ' $1 ');
  const given = plain.split(/[\s,;]+/).filter(Boolean);
  const isFirst = (address: string, index: number) =>
    given.findIndex(other => other.toLowerCase() === address.toLowerCase()) === index;
  const addresses = given.filter(isFirst);
  const wrong = addresses.find(address => !/^[^@\s<>"]+@[^@\s<>"]+\.[^@\s<>"]+$/.test(address));
  if (wrong)
    throw inputError(
      'notification-emails-invalid',
      `"${wrong}" is no e-mail address.`,
      'Separate addresses by commas.',
    );
  if (addresses.length > 5)
    throw inputError(
      'notification-emails-too-many',
      `Entra takes at most 5 addresses, not ${addresses.length}.`,
      'Use a distribution list.',
    );
  return addresses.join(', ');
}
