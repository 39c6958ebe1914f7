import { isUtf8 } from 'node:buffer';
import { inputError } from '../errors.js';

const declaration = /^\s{0,9}<\?xml[^>]{0,80}?\bencoding\s{0,9}=\s{0,9}["']([A-Za-z][\w.:-]{0,40})["']/;
/** The bytes 0x80 to 0x9F of windows-1252. Some versions of Node.js read them as the control characters of ISO-8859-1. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ';

/**
 * What bytes say that are text: UTF-8 or UTF-16, or else the encoding that their XML declares. Bytes in another encoding are seldom valid
 * UTF-8 by chance, and an editor that turns a file into UTF-8 leaves its declaration as it was. Bytes that their encoding does not have
 * become U+FFFD. Throws an input error if an encoding is declared that cannot be read.
 */
export function textIn(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding);
  } catch {
    throw inputError(
      'xml-encoding',
      `This XML declares the encoding ${encoding}, which flex-sso cannot read.`,
      'If it is a file, save it as UTF-8. If the identity provider sent it so, set its encoding to UTF-8.',
    );
  }
  const text = decoder.decode(bytes);
  if (!/1252$/.test(encoding)) return text;
  return text.replace(/[\x80-\x9F]/g, character => windows1252.charAt(character.charCodeAt(0) - 0x80));
}

function encodingOf(bytes: Buffer): string {
  const [a, b, c, d] = bytes;
  // With its mark, as PowerShell writes it, in either order of bytes; or told by the zeros between its first letters.
  if ((a === 0xff && b === 0xfe) || (a && b === 0 && c && d === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b && c === 0 && d)) return 'utf-16be';
  const declared = isUtf8(bytes) ? undefined : declaration.exec(bytes.toString('latin1', 0, 200))?.[1];
  // What could be read so far is not UTF-16.
  return declared === undefined || /^(?:utf|ucs|iso-10646)/i.test(declared) ? 'utf-8' : declared;
}
