export type SetupType = 'modify' | 'new';

export interface SetupTypeText {
  /** As Console calls it. */
  title: string;
  summary: string;
  benefits: readonly string[];
  considerations: readonly string[];
  useThisIf: readonly string[];
}

/** The two setup types in the words of Twilio's migration guide. */
export const setupTypes: Readonly<Record<SetupType, SetupTypeText>> = {
  modify: {
    title: 'Modify existing SSO connection',
    summary: 'The IdP administrator updates the Entity ID and ACS URL for the existing IdP application used for Flex.',
    benefits: [
      "Doesn't require any new IdP setup.",
      "Doesn't require updates for users who already have access to Flex.",
    ],
    considerations: [
      "If a configuration error occurs during migration, you'll have to revert to the legacy SSO connection while you " +
        'troubleshoot. This could cause new agent logins to be denied until you successfully revert your connection.',
    ],
    useThisIf: [
      'You can collaborate with your IdP administrator in real-time to complete the migration.',
      'Your business can tolerate the risk of time where new agent logins are denied.',
    ],
  },
  new: {
    title: 'Create new SSO connection',
    summary: 'The IdP administrator sets up a new IdP application to use for Flex.',
    benefits: [
      'The legacy SSO connection remains unchanged, and you can switch back to it in case of a configuration error ' +
        'during migration. This reduces the chance that new agent logins will be denied if issues occur.',
      'The Flex administrator and the IdP administrator can collaborate asynchronously to complete the migration.',
    ],
    considerations: [
      'Requires additional effort to set up a new IdP application and SSO connection.',
      'The IdP administrator has to configure all current Flex users to access the new IdP application for Flex before ' +
        'you can start sending login traffic to it.',
    ],
    useThisIf: [
      "You can't collaborate with your IdP administrator in real-time to complete the migration.",
      "Your business can't risk having any time where new agent logins are denied.",
    ],
  },
};

export interface Recommendation {
  setupType: SetupType;
  /** One sentence. */
  why: string;
}

/** The guide's "use this option if" as a decision: modifying needs both, so anything else means a new connection. */
export function recommend(answers: { realTime: 'yes' | 'no'; tolerateDenied: 'yes' | 'no' }): Recommendation {
  const together = answers.realTime === 'yes';
  if (together && answers.tolerateDenied === 'yes')
    return {
      setupType: 'modify',
      why: 'You can work with the IdP administrator in real time, and denied logins are bearable for a while.',
    };
  if (together)
    return { setupType: 'new', why: 'Logins must keep working, and a new connection leaves the legacy one unchanged.' };
  return {
    setupType: 'new',
    why: 'You and the IdP administrator work at different times, and a new connection does not need you both at once.',
  };
}
