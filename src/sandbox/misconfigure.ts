import { entraMisconfigurations } from './entra/misconfigurations.js';
import { flexMisconfigurations } from './flex/misconfigurations.js';
import type { SandboxHost } from './host.js';
import { type Misconfiguration, settingOf } from './setting.js';

/** Those that are made by changing settings; every other break is a matter of what a service does, where it does it. */
const misconfigurations: Readonly<Record<string, Misconfiguration>> = {
  ...entraMisconfigurations,
  ...flexMisconfigurations,
};

/**
 * Makes the misconfigurations that the sandbox is served with, as somebody would who touches what was set up. Before an enhanced
 * connection is set up there is nothing to touch. What is made stays in the world until somebody mends it.
 */
export async function misconfigure(host: SandboxHost): Promise<void> {
  const { account } = host.world;
  if (account.consolePage !== 'validate' && account.consolePage !== 'saved') return;
  // Found once: after the first of several the application may not be found by its values any more.
  const setting = settingOf(host.world);
  if (!setting || host.breaks.size === 0) return;
  for (const name of host.breaks) await misconfigurations[name]?.(setting);
  host.save();
}
