/** Where the NameID of a person leads after the change, compared with today. */
export type Verdict = 'same-worker' | 'no-worker-yet' | 'new-worker' | 'other-worker' | 'no-login' | 'unknown';

/** In words, for lists. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  'same-worker': 'same Worker',
  'no-worker-yet': 'no Worker yet',
  'new-worker': 'new billed Worker',
  'other-worker': 'another Worker',
  'no-login': 'cannot log in: no NameID',
  unknown: 'cannot be told',
};

/** What a migration means for one person who may log in. Every text comes from remote systems. */
export interface Outlook {
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
  verdict: Verdict;
  /** Whole sentences. */
  remarks: readonly string[];
}
