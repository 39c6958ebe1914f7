import { isDeepStrictEqual } from 'node:util';
import { checkEnhancedLogin } from '../flex/checks.js';
import { correctIdentityProviderData, enterIdentityProviderData as enterInConsole } from '../flex/console.js';
import { callbackUrl } from '../flex/login.js';
import { readIdentityProviderData } from '../identity-providers/entra/identity-provider-data.js';
import { guidedIdentityProviderData } from '../identity-providers/guided.js';
import { lastApplied } from '../migration/journal.js';
import type { Step } from '../migration/step.js';
import { activeConnection, reachesIdentityProvider } from './console-switch.js';

/** Certificate, issuer and SSO URL of the new application go into Flex Console. Only a new connection needs them. */
export const enterIdentityProviderData: Step = {
  id: 'enter-identity-provider-data',
  title: 'Enter identity provider data',
  applies: ({ answers }) => answers.setupType !== 'modify',

  forward: {
    async observe(context) {
      const { answers, completed } = context.migration;
      // In a preview the application is not there, or not complete.
      if (!completed.includes('update-identity-provider')) return {};
      if (answers.identityProvider === 'entra')
        return { identityProviderData: await readIdentityProviderData(context) };
      const given = answers.metadata || (answers.issuer && answers.ssoUrl && answers.certificate);
      return given ? { identityProviderData: await guidedIdentityProviderData(answers, context.readDocument) } : {};
    },

    asks({ answers, facts }) {
      if (answers.hosting === 'self-hosted' && !answers.redirectUrl) return { input: 'redirectUrl' };
      if (facts.identityProviderData || answers.identityProvider === 'entra') return undefined;
      if (answers.metadata === undefined) return { input: 'metadata' };
      if (!answers.issuer) return { input: 'issuer' };
      if (!answers.ssoUrl) return { input: 'ssoUrl' };
      if (!answers.certificate) return { input: 'certificate' };
      return undefined;
    },

    async plan(context) {
      const { answers, facts, journal, history } = context.migration;
      const data = facts.identityProviderData;
      const entered = lastApplied([...history, ...journal], 'enter-identity-provider-data', 'flexConsole');
      if (!data || isDeepStrictEqual(entered?.change.after, data)) return [];
      // A connection that is in use has data, although nothing is recorded of it.
      const hasData = entered || (await activeConnection(context));
      const instruction = hasData
        ? correctIdentityProviderData(data)
        : enterInConsole(data, {
            friendlyName: answers.applicationName ?? 'Enhanced SSO',
            redirectUrl: answers.redirectUrl,
            trustedUrls: [answers.redirectUrl, callbackUrl(answers)].filter(url => url !== undefined),
          });
      return [
        {
          action: 'manual',
          resource: 'flexConsole',
          key: 'identity-provider-data',
          title: instruction.summary,
          before: entered?.change.after ?? null,
          after: data,
          instruction,
        },
      ];
    },

    isDone: async ({ after }, context) =>
      reachesIdentityProvider(context, (after as { ssoUrl?: string } | null)?.ssoUrl),

    verify: async context => [await checkEnhancedLogin(context)],
  },
};
