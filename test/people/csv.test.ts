import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peopleCsv } from '../../src/people/csv.js';
import type { Outlook } from '../../src/people/outlook.js';

const outlook: Outlook = {
  name: 'Amara Okafor',
  userPrincipalName: 'amara@harborline.example',
  mail: 'amara@harborline.example',
  isEnabled: true,
  isGuest: false,
  through: [],
  rolesToday: ['admin'],
  rolesTomorrow: ['admin'],
  nameIdToday: 'amara@harborline.example',
  nameIdTomorrow: 'amara@harborline.example',
  workerToday: 'WK1',
  workerTomorrow: 'WK1',
  verdict: 'same-worker',
  remarks: [],
};

/** A reader that knows RFC 4180 and nothing of flex-sso. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    expect(text[at]).toBe('"');
    let value = '';
    for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
      value += text[at];
      if (text[at] === '"') at++;
    }
    rows.at(-1)?.push(value);
    at++;
    if (text[at] === ',') at++;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      if (at < text.length) rows.push([]);
    }
  }
  return rows;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('=1+1', '+49', '-2', '@SUM(A1)', '\t=1', '\r=1', ' =cmd|x', '＝1', '"', '","', 'a\r\nb', ''),
);

describe('the list of people', () => {
  it('has a line for each, with titles', () => {
    const rows = parse(peopleCsv([outlook, { ...outlook, verdict: 'new-worker', workerTomorrow: undefined }]));
    expect(rows).toHaveLength(3);
    const column = rows[0]?.indexOf('Verdict') ?? -1;
    expect(rows.map(row => row[column])).toEqual(['Verdict', 'same Worker', 'new billed Worker']);
    expect(rows[2]?.[rows[0]?.indexOf('Worker tomorrow') ?? -1]).toBe('');
  });

  it('reads back as it was written, whatever people are called, and no field begins a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name: text, mail: text, remarks: fc.array(text) })), given => {
        const rows = parse(peopleCsv(given.map(one => ({ ...outlook, ...one }))));
        expect(rows).toHaveLength(given.length + 1);
        for (const [index, { name, mail }] of given.entries()) {
          const [writtenName, , writtenMail] = rows[index + 1] ?? [];
          expect([name, `'${name}`]).toContain(writtenName);
          expect([mail, `'${mail}`]).toContain(writtenMail);
        }
        for (const field of rows.flat()) expect(field).not.toMatch(/^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]/u);
      }),
    );
  });
});
