import type { FlexLogin, FlexReader } from '../flex/client.js';
import type { GraphReader, GraphWriter } from '../identity-providers/entra/client.js';
import type { InputName } from '../inputs.js';
import type { Beside, Outlook } from '../people/outlook.js';
import type { Facts } from './facts.js';
import type { Change, Check, Migration, StepId } from './state.js';

export type { Facts } from './facts.js';
export type { Change, Check, Migration } from './state.js';

/** What planning and checking may use: readers only, so that a plan that writes does not compile. */
export interface ReadContext {
  readonly migration: Migration;
  readonly flex: FlexReader;
  /** Signs in to Microsoft Graph on first use. */
  graph(): Promise<GraphReader>;
  /** Reads a document that somebody names: `https:` URL or file. Used for federation metadata and certificates. */
  readDocument(urlOrFile: string): Promise<string>;
  /** The public form of a URL of a configured endpoint, to compare what systems say of themselves. */
  toPublic(url: string): string;
  /** Signing in to Microsoft Graph asks nobody for anything. */
  readonly signsInUnattended?: boolean;
  /** Somebody is at the terminal and can wait for what is to be seen. */
  readonly attended?: boolean;
  /** Set where it is asked how things are now: a login that was seen before this moment (ISO 8601) is told, and does not count. */
  readonly loginsCountFrom?: string;
  /** Begins to listen for somebody at the terminal to say that it has been enough; `end` stops listening. */
  readonly enough?: () => Enough;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** Aborted when somebody says so. */
export interface Enough {
  readonly signal: AbortSignal;
  end(): void;
}

export interface WriteContext extends ReadContext {
  graph(): Promise<GraphWriter>;
  readonly login: FlexLogin;
  /** Puts a page in front of whoever logs in: a browser, or the sandbox's operator. Returns when it is on its way. */
  visit(url: string): Promise<void>;
  /** Replaces a local file, atomically. */
  writeFile(file: string, text: string): Promise<void>;
  /** Keeps what is learned in the middle of a change, so that an interruption does not lose it. */
  readonly record?: (facts: Facts) => Promise<void>;
}

export interface Report {
  /** How far a long read or write is; drawn while it goes on. */
  progress(label: string, done: number, total: number): void;
  /** Something the reader should know that is no change and no check. */
  note(message: string): void;
  /** The list of those who may log in, for whoever asked for it; absent where nobody did. */
  people?: ((listed: readonly (Outlook | Beside)[]) => void) | undefined;
}

/** One of several things that the world holds, and what is known of it to choose by. */
export interface FoundChoice {
  readonly value: string;
  readonly label: string;
  readonly facts?: readonly string[];
}

/** Asked only where neither a flag nor an earlier run answered it. */
export interface Question {
  readonly input: InputName;
  /** Why it has to be asked, where that is not plain. */
  readonly why?: string;
  /** What to choose from, where the world says it. All of it holds remote text. */
  readonly choices?: readonly FoundChoice[];
  /** A further value is an answer as well: what stands for it on a command line, and what it would be. */
  readonly other?: FoundChoice;
  /** Preselected at a terminal, and the answer where nobody can be asked. */
  readonly suggestion?: string | undefined;
  /** The suggestion was seen, not guessed: it is taken without asking. */
  readonly settled?: boolean;
}

/** The world did not take a change, and nothing is wrong: what was learned from it leads to another plan, which is shown again. */
export interface Refused {
  readonly refused: Facts;
}

/** The world shows manual changes that a person has done, perhaps before anybody asked for them. */
export interface Found {
  readonly facts: Facts;
  readonly done: readonly Change[];
}

/** One way through a step. Forward and back have the same shape, so one engine walks both. */
export interface Way {
  /** What the step is called on this way, where its own title would say something else. */
  readonly title?: string;
  /** On the way back it comes before the other steps, which otherwise are walked in reverse. */
  readonly first?: boolean;
  /** Resources whose changes it can do without: if others changed one and nobody approves to overwrite it, it is left out. */
  readonly canDoWithout?: readonly string[];
  /**
   * What must hold before the first change of a whole walk, whichever step that is in: throws what stands in the way, and answers what was
   * looked at. A check that did not pass is for a person to accept. Reads only; runs again on every run.
   */
  admits?(context: ReadContext): Promise<readonly Check[]>;
  /** Looks at the world and says what is new; the facts are recorded before planning. Runs again on every run. */
  observe?(context: ReadContext): Promise<Facts | Found>;
  /** The next thing that must be answered before `plan`, as long as there is one. */
  asks?(migration: Migration): Question | undefined;
  /** What is still to be done; [] = nothing. Reads only. */
  plan(context: ReadContext): Promise<readonly Change[]>;
  /**
   * Does one change. Finds before it creates, so that repeating it after a crash is safe. For a manual change it runs after the
   * person said that it is done (or may begin, for a login); leave it out where there is nothing more to do.
   * `saw` is what an error page said that it ended at, where whoever did it says so: for a login alone, whose end is looked into.
   * Returns the facts to record in the same save as the change itself.
   */
  apply?(change: Change, context: WriteContext, saw?: string): Promise<Facts | Refused>;
  /**
   * Whether the world shows that a person has done a manual change; undefined if nothing shows it. Reads only. If it was not done when it
   * was asked for, and is done later, it counts as done although nobody said so.
   */
  isDone?(change: Change, context: ReadContext): Promise<boolean | undefined>;
  /** What can be observed afterwards, and how strongly. */
  verify?(context: ReadContext): Promise<readonly Check[]>;
  /**
   * What to forget where failed checks are looked at again and that takes doing something again, as a login that was refused stays
   * refused; undefined where looking is enough.
   */
  redo?(migration: Migration): Facts | undefined;
  /** What the facts will look like once this step is done, for a preview of the steps after it. */
  foresee?(migration: Migration): Facts;
}

export interface Step {
  readonly id: StepId;
  readonly title: string;
  applies(migration: Migration): boolean;
  readonly forward: Way;
  /** How to take back what `forward` did, from what was recorded; absent where there is nothing to take back. */
  readonly back?: Way;
}
