import { FlexSsoError, inputError } from '../errors.js';
import { mostBytes, readGivenFile, whyUnreadable } from '../given-file.js';
import type { Http } from '../http.js';
import { isNetworkTrouble } from '../network-trouble.js';
import { textOf } from './captured-text.js';

const maxRedirects = 3;

/** Reads what somebody names: an https URL (http on this machine's endpoints only), else a file. Throws an input error. */
export function documentReader(http: Http): (urlOrFile: string) => Promise<string> {
  return urlOrFile => (/^https?:\/\//i.test(urlOrFile) ? readUrl(http, urlOrFile) : readLocal(urlOrFile));
}

async function readUrl(http: Http, start: string): Promise<string> {
  let url = start;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    if (!url.startsWith('https://'))
      throw inputError(
        'document-insecure',
        `${url} is not read: it does not begin with https.`,
        'Use the https address.',
      );
    const { status, headers, text } = await http({ url, expects: 'document' }).catch(unreadable);
    if (status >= 200 && status < 300) return text;
    const location = headers.location;
    if (status < 300 || status > 399 || !location || !URL.canParse(location, url))
      throw inputError(
        'document-unreadable',
        `${url} answered with HTTP ${status}.`,
        'Open the address in a browser to see whether it is right; a file works as well.',
      );
    url = new URL(location, url).href;
  }
  throw inputError(
    'document-unreadable',
    `${start} redirects too often.`,
    'Download the document and hand over the file.',
  );
}

/** An address that nothing answers at may be a wrong one. */
function unreadable(error: unknown): never {
  if (!(error instanceof FlexSsoError && isNetworkTrouble(error))) throw error;
  throw inputError('document-unreadable', error.message, `Check the address; a file works as well. ${error.hint}`);
}

async function readLocal(file: string): Promise<string> {
  let content: Buffer | undefined;
  try {
    content = await readGivenFile(file);
  } catch (cause) {
    throw inputError(
      'document-unreadable',
      `${file} cannot be read: ${whyUnreadable(cause)}.`,
      'Check the name; it is looked up from the current folder.',
    );
  }
  if (!content)
    throw inputError(
      'document-too-large',
      `${file} is larger than ${mostBytes / 1024 / 1024} MB.`,
      'Hand over the document itself.',
    );
  return textOf(content);
}
