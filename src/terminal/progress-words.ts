import { widthOf } from './output.js';
import { number } from './words.js';

/** Counted work so far. */
export interface Counted {
  done: number;
  total: number;
  /** What was done already when the counting began. */
  from: number;
  /** Since the counting began. */
  seconds: number;
  /** Seconds before it goes on, where it stands still; they count for the rate. */
  wait?: number;
}

/** `Assigning users: 4,200 of 15,000 · 35 a second · about 5 minutes left` */
export const inWords = (label: string, counted: Counted): string =>
  [`${label}: ${count(counted)}`, ...rateAndTimeLeft(counted)].join(' · ');

/** The same over several lines, as wide as there is room for, with a bar. `waiting` says what is waited for, in the place of the rate. */
export function inLines(counted: Counted, waiting: string | undefined, columns: number, unicode: boolean): string[] {
  const share = counted.total > 0 ? counted.done / counted.total : 1;
  const start = `${bar(share, Math.floor(columns / 4), unicode)} ${count(counted)}`;
  const [rate, left] = rateAndTimeLeft(counted);
  return wrapped([start, ...[waiting ?? rate, left].filter(part => part !== undefined)], columns);
}

const count = ({ done, total }: Counted) => `${number(done)} of ${number(total)}`;

function bar(share: number, columns: number, unicode: boolean): string {
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-'];
  const filled = Math.min(columns, Math.floor(share * columns));
  return full.repeat(filled) + empty.repeat(columns - filled);
}

/** Each part whole, on the line before it where there is room. */
function wrapped(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length > 0 ? `${lines.at(-1)} · ${part}` : part;
    if (widthOf(longer) <= columns) lines.splice(-1, 1, longer);
    else lines.push(part);
  }
  return lines;
}

/** None as long as nothing can be said: a rate from less than a second of work says nothing. */
function rateAndTimeLeft({ done, total, from, seconds, wait = 0 }: Counted): [rate: string, left: string] | [] {
  const rate = seconds >= 1 ? (done - from) / (seconds + wait) : 0;
  if (rate <= 0 || done >= total) return [];
  const shown =
    rate >= 1 ? `${number(Math.round(rate))} a second` : `${number(Math.max(1, Math.round(rate * 60)))} a minute`;
  return [shown, timeLeft(wait + (total - done) / rate)];
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return 'less than a minute left';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes === 1 ? 'a minute' : `${minutes} minutes`} left`;
  const hours = Math.round(minutes / 60);
  return `about ${hours === 1 ? 'an hour' : `${number(hours)} hours`} left`;
}
