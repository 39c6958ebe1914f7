/**
 * Whether a plan that was shown says that for a while nobody can log in. A plan that is drawn breaks its lines anywhere, so the words are
 * looked for without regard to that.
 */
export const announcesGap = (said: string): boolean =>
  /nobody can log in|no agent can log in/i.test(said.replace(/\s+/g, ' '));
