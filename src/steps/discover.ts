import { type FlexSsoError, inputError } from '../errors.js';
import type { FlexConfiguration } from '../flex/client.js';
import { loginRedirectUrl } from '../flex/login.js';
import { checkUiVersion } from '../flex/version.js';
import { trySignIn } from '../identity-providers/entra/sign-in-trial.js';
import { identityProviderBehind } from '../identity-providers/labels.js';
import type { Facts, ReadContext, Step } from '../migration/step.js';

/** Looks at what is there and keeps it: the account, the legacy connection and the Workers as they were before anything changed. */
export const discover: Step = {
  id: 'discover',
  title: 'Discover',
  applies: () => true,
  forward: {
    async observe(context) {
      const configuration = await context.flex.configuration();
      checkUiVersion(configuration.uiVersion);
      const { uiVersion, flexInstanceSid, workspaceSid, runtimeDomain } = configuration;
      const { answers, facts: known } = context.migration;
      return {
        flex: { uiVersion, flexInstanceSid, workspaceSid, runtimeDomain },
        // Where Flex UI runs decides which address a login may return to.
        ...(answers.hosting && !known.legacy ? await observeLegacy(context, configuration) : {}),
        ...(known.workersBefore ? {} : { workersBefore: [...(await context.flex.workers(workspaceSid))] }),
      };
    },

    asks({ answers, facts }) {
      if (!answers.hosting) return { input: 'hosting', suggestion: 'hosted' };
      if (answers.hosting === 'self-hosted' && !answers.redirectUrl) return { input: 'redirectUrl' };
      const seen = facts.legacy && identityProviderBehind(facts.legacy.ssoUrl);
      if (!answers.identityProvider)
        return {
          input: 'identityProvider',
          suggestion: seen,
          settled: seen !== undefined && seen !== 'other',
        };
      return undefined;
    },

    async plan(context) {
      if (context.migration.answers.identityProvider === 'entra') await trySignIn(context);
      return [];
    },

    async verify({ migration }) {
      const { flex, legacy, workersBefore = [] } = migration.facts;
      return [
        checkUiVersion(flex?.uiVersion ?? ''),
        legacy
          ? {
              name: 'legacy-connection',
              result: 'passed',
              strength: 'observed',
              message: `Flex sends legacy logins to ${legacy.ssoUrl}, with the Entity ID ${legacy.entityId}.`,
            }
          : {
              name: 'legacy-connection',
              result: 'unknown',
              strength: 'observed',
              message: 'Flex did not show a legacy connection, so there is nothing to switch back to.',
            },
        {
          name: 'workers',
          result: 'passed',
          strength: 'observed',
          message: `${workersBefore.length} Workers are noted, to see after the test login that nobody got a second one.`,
        },
      ];
    },
  },
};

/** Twilio's code for a login that is to return to an address outside the Trusted URLs. */
const untrustedRedirectUrl = 70002;

function untrusted(redirectUrl = ''): FlexSsoError {
  return inputError(
    'redirect-url-untrusted',
    `Flex does not let logins return to ${redirectUrl}: the address is not among the Trusted URLs of the legacy connection.`,
    'Compare it with the address of your self-hosted Flex UI, letter by letter, and pass that one with --redirect-url. If it is right, ' +
      'add it to the Trusted URLs in Flex Console first.',
  );
}

/** What Flex sends for a legacy login; nothing if it does not begin one. */
export async function observeLegacy(context: ReadContext, flex: FlexConfiguration): Promise<Facts> {
  const { answers } = context.migration;
  const probe = await context.flex.probeLegacy(loginRedirectUrl({ answers, facts: { flex } }));
  if (probe.reached === 'error') {
    if (probe.code === untrustedRedirectUrl && answers.hosting === 'self-hosted') throw untrusted(answers.redirectUrl);
    context.report.note(`Flex answered to the start of a legacy login: ${probe.message}`);
    return {};
  }
  const { ssoUrl, authnRequest } = probe;
  const tenantId = new URL(ssoUrl).pathname.match(/^\/([0-9a-f]{8}-[0-9a-f-]{27})\/saml2$/i)?.[1];
  return {
    legacy: {
      entityId: authnRequest.issuer,
      acsUrl: authnRequest.acsUrl ?? '',
      ssoUrl,
      ...(tenantId && { tenantId }),
    },
  };
}
