import { expect } from 'vitest';
import { recordCrashes } from './crash-states.js';
import { freshPlace, placeWith, type Setup, typed } from './place.js';
import { restore, snapshot } from './snapshot.js';
import { censusOf, createMemory, type Leg, statusIn, survive } from './survival.js';
import { sampled, tally, type Wrong } from './tally.js';

const walks = [
  ['forward', 'migrate'],
  ['revert', 'revert'],
  ['forward again', 'migrate'],
] as const;

/** Kills each walk of a journey at every moment, and goes on from there; `few` of them unless more are asked for. */
export async function killEverywhere(name: string, setup: Setup, few: number): Promise<void> {
  const state = await placeWith(await freshPlace(setup));
  for (const [walk, command] of walks) {
    const { run, crashes, undisclosed } = await recordCrashes(
      typed(state, command, walk === 'forward' ? setup : undefined),
    );
    expect(run, run.said).toMatchObject({ code: 0, error: undefined });
    const end = snapshot(state);
    const uncut = { status: await statusIn(state), census: censusOf(state) };
    const leg: Leg = { name: `${name}, ${walk}`, command, setup, uncut };
    const wrong: Wrong[] = undisclosed.map(seen => ({ fault: 'undisclosed', where: leg.name, seen }));
    const memory = createMemory();
    const tried = sampled(crashes, few);
    for (const crash of tried) wrong.push(...(await survive(state, crash, leg, memory)));
    tally('crash state × scenario', tried.length, wrong);
    restore(state, end);
  }
}
