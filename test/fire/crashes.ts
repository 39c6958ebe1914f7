import { expect } from 'vitest';
import { recordCrashes } from './crash-states.js';
import { freshPlace, placeWith, type Setup, typed } from './place.js';
import { restore, snapshot } from './snapshot.js';
import { censusOf, createMemory, type Leg, statusIn, survive } from './survival.js';
import { sampled, tally, type Wrong } from './tally.js';

/** There, back, and there again. */
export const walks = [
  ['forward', 'migrate'],
  ['revert', 'revert'],
  ['forward again', 'migrate'],
] as const;

/** Kills each walk of a journey at every moment, and goes on from there; `few` of each walk unless more are asked for. */
export async function killEverywhere(name: string, setup: Setup, few: number): Promise<void> {
  const state = await placeWith(await freshPlace(setup));
  const wrong: Wrong[] = [];
  let tried = 0;
  for (const [walk, command] of walks) {
    const options = typed(state, command, walk === 'forward' ? setup : undefined);
    const { run, crashes, undisclosed } = await recordCrashes(options);
    expect(run, run.said).toMatchObject({ code: 0, error: undefined });
    const end = snapshot(state);
    const uncut = { status: await statusIn(state), census: censusOf(state) };
    const leg: Leg = { name: `${name}, ${walk}`, command, setup, uncut };
    wrong.push(...undisclosed.map((seen): Wrong => ({ fault: 'undisclosed', where: leg.name, seen })));
    const memory = createMemory();
    for (const crash of sampled(crashes, few)) {
      tried++;
      wrong.push(...(await survive(state, crash, leg, memory)));
    }
    restore(state, end);
  }
  tally('crash state × scenario', tried, wrong);
}
