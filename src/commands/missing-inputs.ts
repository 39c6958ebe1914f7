import { type FlexSsoError, inputError } from '../errors.js';
import { flagName } from '../inputs.js';
import type { Migration } from '../migration/state.js';
import { signsInUnattended, twilioCredentials } from './credentials.js';
import type { CommandOptions } from './options.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Every flag and variable that a run lacks in which nobody can be asked; all of them at once. */
export function missingInputs(
  options: CommandOptions,
  environment: Environment,
  accountSid: string | undefined,
  migration: Migration | undefined,
): FlexSsoError | undefined {
  const answers = { ...migration?.answers, ...options.flags };
  const missing: string[] = [];
  if (!accountSid) missing.push('--account (or TWILIO_ACCOUNT_SID)');
  if (!twilioCredentials(environment, accountSid ?? ''))
    missing.push('TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and TWILIO_API_SECRET)');
  const signsInElsewhere = options.deviceCode === true && Boolean(environment.AZURE_CLIENT_ID);
  if ((answers.identityProvider ?? 'entra') === 'entra' && !signsInUnattended(environment) && !signsInElsewhere)
    missing.push(
      'AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH (or FLEX_SSO_GRAPH_TOKEN; not with another --idp than entra)',
    );
  const recommended = answers.realTime && answers.tolerateDenied;
  if (options.command !== 'revert' && !answers.setupType && !recommended) missing.push(flagName('setupType'));
  if (answers.hosting === 'self-hosted' && !answers.redirectUrl) missing.push(flagName('redirectUrl'));
  if (isGuidedNew(answers) && answers.metadata === undefined)
    for (const name of ['issuer', 'ssoUrl', 'certificate'] as const)
      if (!answers[name]) missing.push(`${flagName(name)} (or ${flagName('metadata')})`);
  const asksNothing = options.command === 'plan' || options.command === 'validate' || options.dryRun;
  if (!asksNothing && !options.yes) missing.push('--yes');
  if (missing.length === 0) return undefined;
  return inputError(
    'input-missing',
    `Nobody can be asked here, and this is missing: ${missing.join('; ')}.`,
    'Add the flags, set the variables, or run the command at a terminal, where it asks.',
  );
}

function isGuidedNew(answers: { setupType?: string | undefined; identityProvider?: string | undefined }): boolean {
  return answers.setupType === 'new' && answers.identityProvider !== undefined && answers.identityProvider !== 'entra';
}
