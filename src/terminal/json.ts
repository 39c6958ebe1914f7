/** What `JSON.stringify` leaves as it is and a terminal may obey or hide: DEL, C1, bidi, zero-width and other unseen characters. */
const unsafe = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** JSON text with the same meaning as `JSON.stringify(value, null, 2)` that may be printed on any terminal. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(unsafe, escaped);
}

const escaped = (character: string) =>
  character
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
