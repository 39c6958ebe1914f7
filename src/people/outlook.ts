/** Where the NameID of a person leads after the change, compared with today. */
export type Verdict = 'same-worker' | 'no-worker-yet' | 'new-worker' | 'other-worker' | 'no-login' | 'unknown';

/** In words, for lists; besides people, lists hold those whom Entra does not let in, and Workers that are nobody's. */
export const verdictWords: Readonly<Record<Verdict | Beside['verdict'], string>> = {
  'same-worker': 'same Worker',
  'no-worker-yet': 'no Worker yet',
  'new-worker': 'new billed Worker',
  'other-worker': 'another Worker',
  'no-login': 'cannot log in: no NameID',
  unknown: 'cannot be told',
  'not-let-in': 'cannot log in: only in a group inside an assigned one',
  'nobodys-worker': 'a Worker that nobody who is assigned comes to',
};

interface Listed {
  name: string;
  userPrincipalName: string;
  mail: string;
  isEnabled: boolean;
  isGuest: boolean;
  /** Groups that the person is assigned through; none where they are assigned themselves. */
  through: readonly string[];
  rolesToday: readonly string[];
  rolesTomorrow: readonly string[];
  /** Undefined where it is empty, or made in a way that only the identity provider can compute. */
  nameIdToday: string | undefined;
  nameIdTomorrow: string | undefined;
  /** `WK…`; undefined where there is none. */
  workerToday: string | undefined;
  workerTomorrow: string | undefined;
  /** Whole sentences. */
  remarks: readonly string[];
}

/** What a migration means for one person who may log in. Every text comes from remote systems. */
export interface Outlook extends Listed {
  verdict: Verdict;
}

/** Somebody who may not log in, though they are in a group inside an assigned one; or a Worker that is nobody's, with nothing of a person. */
export interface Beside extends Listed {
  verdict: 'not-let-in' | 'nobodys-worker';
}
