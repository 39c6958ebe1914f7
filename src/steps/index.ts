import type { Step } from '../migration/step.js';
import { configureSelfHosted } from './configure-self-hosted.js';
import { discover } from './discover.js';
import { enterIdentityProviderData } from './enter-identity-provider-data.js';
import { finish } from './finish.js';
import { selectSetupType } from './select-setup-type.js';
import { startSetup } from './start-setup.js';
import { updateIdentityProvider } from './update-identity-provider.js';
import { validateConnection } from './validate-connection.js';

/** The journey, in its order. Going back walks it in reverse. */
export const steps: readonly Step[] = [
  discover,
  selectSetupType,
  startSetup,
  updateIdentityProvider,
  enterIdentityProviderData,
  configureSelfHosted,
  validateConnection,
  finish,
];
