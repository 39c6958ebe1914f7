import { inputError } from '../errors.js';
import { onlySelfHosted } from './breaks.js';
import { breakWorld } from './broken.js';
import { entraMisconfigurations } from './entra/misconfigurations.js';
import { flexMisconfigurations } from './flex/misconfigurations.js';
import type { SandboxHost } from './host.js';
import { legacyMisconfigurations, legacySettingOf } from './legacy-misconfigurations.js';
import { type Misconfiguration, settingOf } from './setting.js';

/** Those that are made by changing settings; every other break is a matter of what a service does, where it does it. */
const misconfigurations: Readonly<Record<string, Misconfiguration>> = {
  ...entraMisconfigurations,
  ...flexMisconfigurations,
};

/** A break that cannot be made must not pass for one that nothing was found of. */
function demandHosting({ world: { account }, breaks }: SandboxHost): void {
  const misplaced = [...breaks].filter(name => onlySelfHosted.has(name));
  if (misplaced.length === 0 || account.hosting === 'self-hosted') return;
  throw inputError(
    'break-self-hosted',
    `${misplaced.join(', ')}: that breaks what only a self-hosted Flex UI has, and the Flex UI of this sandbox is hosted.`,
    'Begin one that is self-hosted with `flex-sso sandbox --reset --hosting self-hosted`, and migrate it with `--hosting self-hosted`.',
  );
}

/**
 * Makes the misconfigurations that the sandbox is served with, as somebody would who touches what was set up. Before an enhanced
 * connection is set up there is nothing to touch. What is made stays in the world until someone corrects it, or it is undone. Throws an
 * input error for one that needs a self-hosted Flex UI where there is none.
 */
export async function misconfigure(host: SandboxHost): Promise<void> {
  const { account } = host.world;
  if (host.breaks.size === 0) return;
  demandHosting(host);
  const isSetUp = account.consolePage === 'validate' || account.consolePage === 'saved';
  // Found once: after the first of several the application may not be found by its values any more.
  const setting = isSetUp ? settingOf(host.world) : undefined;
  // The legacy connection is there all the time, and can still be broken after a revert.
  const legacy = isSetUp || account.connections.length > 0 ? legacySettingOf(host.world) : undefined;
  for (const name of host.breaks)
    await breakWorld(host, name, async () => {
      if (setting) await misconfigurations[name]?.(setting);
      if (legacy) legacyMisconfigurations[name]?.(legacy);
    });
  host.save();
}
