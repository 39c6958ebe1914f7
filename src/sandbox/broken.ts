import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Difference, differencesBetween, isLeft, undo } from './differences.js';
import { appConfigIn } from './flex/app-config.js';
import type { SandboxHost } from './host.js';

/** A misconfiguration that was made in the world on purpose, and what it changed. */
export interface Broken {
  name: string;
  differences: Difference[];
}

type Kept = Pick<SandboxHost, 'dir' | 'world'>;

/** What can be broken: the world, and the file next to it. */
const stateOf = ({
  dir,
  world: {
    directory,
    account: { broken: _, ...account },
  },
}: Kept) => ({
  directory,
  account,
  appConfig: existsSync(appConfigIn(dir)) ? readFileSync(appConfigIn(dir), 'utf8') : undefined,
});

const brokenOnce = ({ world: { account } }: Kept): Broken[] => account.broken ?? [];

/** Makes a misconfiguration, and keeps in the world what it changed. */
export async function breakWorld(kept: Kept, name: string, make: () => Promise<void> | void): Promise<void> {
  const before = structuredClone(stateOf(kept));
  await make();
  const differences = differencesBetween(before, stateOf(kept));
  // Made a second time, it changes nothing that is not changed already.
  if (differences.length > 0) kept.world.account.broken = [...brokenOnce(kept), { name, differences }];
}

/** What was broken and was not undone since: at least one of the places is as it was left. */
export function stillBroken(kept: Kept): Broken[] {
  const state = stateOf(kept);
  return brokenOnce(kept).filter(({ differences }) => differences.some(one => isLeft(state, one)));
}

/** Undoes what was broken, the last first; what was changed since stays. */
export function undoBreaks(kept: Kept): void {
  for (const { differences } of brokenOnce(kept).toReversed())
    for (const difference of differences.toReversed())
      if (difference.at[0] !== 'appConfig') undo(kept.world, difference);
      else if (isLeft(stateOf(kept), difference)) writeFileSync(appConfigIn(kept.dir), String(difference.before));
  // Not deleted: the journal of the world tells what is there.
  kept.world.account.broken = [];
}
