import type { Check, ReadContext } from '../migration/step.js';
import { verifyLegacyLogin } from '../validation/way-back.js';
import { activeConnection } from './console-switch.js';

/**
 * Whether agents log in through the legacy connection again, and can. It is looked at in Flex and in the identity provider, whatever the
 * record says: only then a migration is reverted.
 */
export async function checkLegacyInUse(context: ReadContext): Promise<Check[]> {
  const active = await activeConnection(context);
  const checks = await verifyLegacyLogin(context);
  if (!active) return [...checks, noLoginTried];
  const stillActive: Check = {
    name: 'legacy-in-use',
    result: 'failed',
    strength: 'observed',
    message: `Flex still lists the enhanced connection ${active.name} as active.`,
    hint: 'Switch back to the legacy connection in Console. Then run `flex-sso revert`.',
  };
  return [...checks, stillActive];
}

const noLoginTried: Check = {
  name: 'login',
  result: 'unknown',
  strength: 'observed',
  message: 'No login through the legacy connection was tried.',
  hint: 'Open Flex in a private window and log in: a session that is still open hides a login that fails.',
};
