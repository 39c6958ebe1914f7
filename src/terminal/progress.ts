import type { Ora } from 'ora';
import { clean } from './clean.js';
import type { Output, Target } from './output.js';
import { shortened } from './output.js';
import { number } from './words.js';

/** Shows that something goes on, when it takes longer than a second. */
export interface Progress {
  /** Work of unknown length. Nothing is shown where no terminal is. */
  working(label: string): void;
  /** Counted work: how far, how fast, how long still. Without a terminal a line every quarter. */
  counted(label: string, done: number, total: number): void;
  /** Takes the line away; safe to call at any time. */
  stop(): void;
}

export interface ProgressOptions {
  /** Milliseconds, for rate and time left. */
  now?: () => number;
  /** Milliseconds before anything is shown. */
  patience?: number;
}

export function createProgress(
  stream: Target & NodeJS.WritableStream,
  output: Output,
  { now = Date.now, patience = 1000 }: ProgressOptions = {},
): Progress {
  let current: { label: string; text: string; since: number; quarter: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let spinner: Ora | undefined;

  const begin = (label: string) => {
    if (current?.label === label) return current;
    stop();
    current = { label, text: '', since: now(), quarter: 0 };
    if (stream.isTTY) timer = setTimeout(() => void show(current), patience).unref();
    return current;
  };

  const show = async (shown: typeof current) => {
    const { default: ora } = await import('ora');
    // The work may have ended while the library was loading.
    if (!shown || shown !== current) return;
    const options = { stream, text: shown.text, color: false as const, discardStdin: false, isEnabled: true };
    spinner = ora(output.unicode ? options : { ...options, spinner: 'line' }).start();
  };

  const say = (text: string) => {
    if (!current) return;
    current.text = output.shown(shortened(text, output.width() - 4));
    if (spinner) spinner.text = current.text;
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
      say(clean(label));
    },
    counted(label, done, total) {
      const work = begin(label);
      const seconds = (now() - work.since) / 1000;
      say(inWords(clean(label), done, total, seconds));
      const quarter = total > 0 ? Math.floor((done / total) * 4) : 4;
      if (!stream.isTTY && quarter > work.quarter) output.text(inWords(clean(label), done, total, seconds));
      work.quarter = quarter;
    },
    stop,
  };
}

/** `Assigning users: 4,200 of 15,000 · 35 a second · about 5 minutes left` */
export function inWords(label: string, done: number, total: number, seconds: number): string {
  const parts = [`${label}: ${number(done)} of ${number(total)}`];
  const rate = seconds > 0 ? done / seconds : 0;
  // A rate from less than a second of work says nothing.
  if (seconds >= 1 && rate > 0 && done < total) {
    parts.push(
      rate >= 1 ? `${number(Math.round(rate))} a second` : `${number(Math.max(1, Math.round(rate * 60)))} a minute`,
    );
    parts.push(timeLeft((total - done) / rate));
  }
  return parts.join(' · ');
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return 'less than a minute left';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes === 1 ? 'a minute' : `${minutes} minutes`} left`;
  const hours = Math.round(minutes / 60);
  return `about ${hours === 1 ? 'an hour' : `${number(hours)} hours`} left`;
}
