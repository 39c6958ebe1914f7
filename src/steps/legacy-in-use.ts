import { checkLegacyLogin } from '../flex/checks.js';
import { checkLegacyReady } from '../identity-providers/entra/legacy-ready.js';
import type { Check, ReadContext } from '../migration/step.js';
import { activeConnection } from './console-switch.js';

/**
 * Whether agents log in through the legacy connection again, and can. It is looked at in Flex and in the identity provider, whatever the
 * record says: only then a migration is reverted.
 */
export async function checkLegacyInUse(context: ReadContext): Promise<Check[]> {
  const { answers, facts } = context.migration;
  const active = await activeConnection(context);
  const login = await checkLegacyLogin(context);
  if (active)
    return [
      login,
      {
        name: 'legacy-in-use',
        result: 'failed',
        strength: 'observed',
        message: `Flex still lists the enhanced connection ${active.name} as active.`,
        hint: 'Switch back to the legacy connection in Console. Then run `flex-sso revert`.',
      },
    ];
  if (answers.identityProvider !== 'entra' || !facts.legacy) return [login];
  return [login, await checkLegacyReady(context, facts.legacy)];
}
