/**
 * Whether a plan that was shown says that for a while nobody can log in, and from when to when. A plan that is drawn breaks its lines
 * anywhere.
 */
export const announcesGap = (said: string): boolean =>
  /nobody can log in (to Flex )?(between|until|from)/i.test(said.replace(/\s+/g, ' '));
