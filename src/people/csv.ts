import { type Beside, type Outlook, verdictWords } from './outlook.js';

type Row = Outlook | Beside;

const ofPerson = (row: Row, cell: string) => (row.verdict === 'nobodys-worker' ? '' : cell);

const columns: readonly (readonly [title: string, cell: (row: Row) => string])[] = [
  ['Name', ({ name }) => name],
  ['User principal name', ({ userPrincipalName }) => userPrincipalName],
  ['Mail', ({ mail }) => mail],
  ['Account', row => ofPerson(row, row.isEnabled ? 'enabled' : 'disabled')],
  ['Type', row => ofPerson(row, row.isGuest ? 'guest' : 'member')],
  ['Assigned through', row => ofPerson(row, row.through.join('; ') || 'direct')],
  ['Roles today', ({ rolesToday }) => rolesToday.join('; ')],
  ['Roles tomorrow', ({ rolesTomorrow }) => rolesTomorrow.join('; ')],
  ['NameID today', ({ nameIdToday = '' }) => nameIdToday],
  ['NameID tomorrow', ({ nameIdTomorrow = '' }) => nameIdTomorrow],
  ['Worker today', ({ workerToday = '' }) => workerToday],
  ['Worker tomorrow', ({ workerTomorrow = '' }) => workerTomorrow],
  ['Verdict', ({ verdict }) => verdictWords[verdict]],
  ['Remarks', ({ remarks }) => remarks.join(' ')],
];

/** The list as RFC 4180 has it: a line of titles, every field quoted, CRLF. No spreadsheet takes a field for a formula. */
export function peopleCsv(listed: readonly Row[]): string {
  const rows = [columns.map(([title]) => title), ...listed.map(row => columns.map(([, cell]) => cell(row)))];
  return rows.map(row => `${row.map(field).join(',')}\r\n`).join('');
}

/** Names come from a directory that many people can write: what would begin a formula gets an apostrophe, which shows that it is text. */
function field(text: string): string {
  const harmless = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
