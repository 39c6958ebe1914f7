import type { Ora } from 'ora';
import { clean } from './clean.js';
import type { Output, Target } from './output.js';
import { shortened } from './output.js';
import { type Counted, inLines, inWords } from './progress-words.js';
import { number } from './words.js';

/** Shows that something goes on, when it takes longer than a second. */
export interface Progress {
  /** Work of unknown length. Nothing is shown where no terminal is. */
  working(label: string): void;
  /** Counted work: how far, how fast, how long still. Without a terminal a line every quarter. */
  counted(label: string, done: number, total: number): void;
  /**
   * The work stands still: `why` begins the sentence, and `minutes` is how long it is tried again. Without a spinner to say it, it is a
   * line, and the next one comes after a while; a short wait is not worth one.
   */
  waiting(why: string, milliseconds: number, minutes?: number): void;
  /** Takes the lines away; safe to call at any time. */
  stop(): void;
}

export interface ProgressOptions {
  /** Milliseconds, for rate and time left. */
  now?: () => number;
  /** Milliseconds before anything is shown. */
  patience?: number;
}

interface Work {
  label: string;
  since: number;
  counted?: Omit<Counted, 'seconds'>;
  /** Quarters of it that were told. */
  quarter: number;
  waiting?: { why: string; until: number; minutes: number | undefined };
}

/** A wait worth a line of its own, and the time until the next line. */
const tell = { from: 2_000, every: 20_000 };

/** A wait is counted down. */
const redrawMs = 500;

export function createProgress(
  stream: Target & NodeJS.WritableStream,
  output: Output,
  { now = Date.now, patience = 1000 }: ProgressOptions = {},
): Progress {
  let current: Work | undefined;
  let timer: NodeJS.Timeout | undefined;
  let spinner: Ora | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;

  const begin = (label: string) => {
    if (current?.label === label) return current;
    stop();
    const work: Work = { label, since: now(), quarter: 0 };
    current = work;
    if (stream.isTTY) timer = setTimeout(() => void show(work), patience).unref();
    return work;
  };

  const show = async (work: Work) => {
    const { default: ora } = await import('ora');
    // The work may have ended while the library was loading.
    if (work !== current) return;
    const options = { stream, text: drawn(work), color: false as const, discardStdin: false, isEnabled: true };
    spinner = ora(output.unicode ? options : { ...options, spinner: 'line' }).start();
    timer = setInterval(redraw, redrawMs).unref();
  };

  const redraw = () => {
    if (spinner && current) spinner.text = drawn(current);
  };

  const drawn = ({ label, since, counted, waiting }: Work): string => {
    // The spinner stands before the first line, and the others below it.
    const columns = output.width() - 4;
    const wait = Math.max(0, Math.ceil(((waiting?.until ?? 0) - now()) / 1000));
    const busy = waiting && wait > 0 ? waitInWords(waiting.why, wait) : undefined;
    const below = counted
      ? inLines({ ...counted, seconds: (now() - since) / 1000, wait }, busy, columns, output.unicode)
      : [busy ?? [], (busy && tries(waiting?.minutes)) ?? []].flat();
    return [clean(label), ...below].map(line => output.shown(shortened(line, columns))).join('\n  ');
  };

  const stop = () => {
    clearTimeout(timer);
    spinner?.stop();
    current = undefined;
    timer = undefined;
    spinner = undefined;
  };

  return {
    working(label) {
      begin(label);
    },
    counted(label, done, total) {
      const work = begin(label);
      const counted = { done, total, from: work.counted?.from ?? done };
      work.counted = counted;
      redraw();
      const quarter = total > 0 ? Math.floor((done / total) * 4) : 4;
      if (!stream.isTTY && quarter > work.quarter)
        output.text(inWords(clean(label), { ...counted, seconds: (now() - work.since) / 1000 }));
      work.quarter = quarter;
    },
    waiting(why, milliseconds, minutes) {
      if (current && stream.isTTY) {
        const until = now() + milliseconds;
        if (until > (current.waiting?.until ?? 0)) current.waiting = { why, until, minutes };
        redraw();
      } else if (milliseconds >= tell.from && now() - toldAt >= tell.every) {
        const wait = waitInWords(clean(why), Math.ceil(milliseconds / 1000));
        output.text([`${wait} at most.`, tries(minutes) ?? []].flat().join(' '));
        toldAt = now();
      }
    },
    stop,
  };
}

const tries = (minutes: number | undefined) =>
  minutes === undefined ? undefined : `flex-sso tries again for up to ${minutes} minutes.`;
const waitInWords = (why: string, seconds: number) => `${why}: waiting ${inSeconds(seconds)}`;

const inSeconds = (seconds: number) => (seconds === 1 ? 'a second' : `${number(seconds)} seconds`);
