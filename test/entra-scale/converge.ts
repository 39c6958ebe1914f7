import { expect } from 'vitest';
import { FlexSsoError } from '../../src/errors.js';
import type { Answers } from '../../src/migration/state.js';
import { historyAmong } from '../../src/sandbox/faults.js';
import { entraState } from './entra-state.js';
import { openScene } from './scene.js';
import { unplanned, type Write, writesIn } from './writes.js';

export interface Converged {
  /** How the last run ended: `finished`, or the code of the error that stopped it. */
  ended: string;
  /** The codes of the errors that runs before it stopped at. */
  stops: readonly string[];
  state: unknown;
  /** How many writes Graph was asked for. */
  writes: number;
}

const runs = 4;

/**
 * Walks a migration until it is finished, as often as somebody would who reads "run `flex-sso resume`". Whatever happens: no write that
 * was not planned, none twice, and every stop names what to do.
 */
export async function converge(
  faults: readonly string[],
  options: { users?: number; answers?: Partial<Answers>; waits?: (milliseconds: number) => number } = {},
): Promise<Converged> {
  const scene = await openScene({ ...options, faults });
  try {
    const stops: string[] = [];
    let ended = '';
    for (let run = 0; run < runs && ended !== 'finished'; run++) {
      if (ended) stops.push(ended);
      ended = await scene.run().then(({ status }) => status, stopOf);
    }
    const writes = writesIn(scene.exchanges);
    expect(unplanned(writes, scene.planned), faults.join()).toEqual([]);
    expect(writtenTwice(writes), faults.join()).toEqual([]);
    const created = writes.filter(({ path, status }) => path.includes('/instantiate') && status === 201);
    expect(created.length, faults.join()).toBeLessThanOrEqual(1);
    return {
      ended,
      stops,
      state: entraState(scene.sandbox.world),
      writes: writes.filter(({ path }) => !path.endsWith('/getByIds')).length,
    };
  } finally {
    await scene.close();
  }
}

function stopOf(error: unknown): string {
  if (!(error instanceof FlexSsoError)) throw error;
  expect(error.hint.length).toBeGreaterThan(15);
  return error.code;
}

/** Assignments that Graph said twice it had made. */
function writtenTwice(writes: readonly Write[]): string[] {
  const seen = new Set<string>();
  return writes
    .filter(({ path, status }) => path.endsWith('/appRoleAssignedTo') && status === 201)
    .map(({ body }) => `${body.principalId} ${body.appRoleId}`)
    .filter(key => seen.size === seen.add(key).size);
}

const baselines = new Map<string, Promise<Converged>>();

/** The same tenant without bad manners. */
export function baseline(faults: readonly string[], options: Parameters<typeof converge>[1] = {}): Promise<Converged> {
  const history = historyAmong(faults);
  const name = JSON.stringify([history, options]);
  const found = baselines.get(name) ?? converge(history, options);
  baselines.set(name, found);
  return found;
}
