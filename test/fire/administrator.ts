import { isDeepStrictEqual } from 'node:util';
import { FlexSsoError } from '../../src/errors.js';
import type { Direction } from '../../src/migration/engine.js';
import type { Person } from '../../src/migration/person.js';
import type { Migration, StepId } from '../../src/migration/state.js';
import type { World } from '../../src/sandbox/host.js';
import { beginModifying, type Journey, openJourney } from '../identity-providers/entra/journey.js';
import type { AdministratorChange, Target } from './administrator-changes.js';

type SetupType = 'new' | 'modify';

/** A world and the migration in it, as they are when nobody works on them. */
interface Scene {
  world: World;
  migration: Migration;
}

/** When an administrator is quicker than flex-sso, or comes while it rests. */
export interface Moment {
  name: string;
  /** What has happened before. */
  before: 'nothing' | 'paused' | 'finished' | 'reverting' | 'reverted';
  /** The direction of the run that meets the change. */
  direction: Direction;
  /** The change is made after this step has shown its plan, not before the run. */
  within?: StepId;
}

export const moments: readonly Moment[] = [
  { name: 'between plan and application', before: 'nothing', direction: 'forward', within: 'update-identity-provider' },
  { name: 'in a pause', before: 'paused', direction: 'forward' },
  { name: 'in a pause, before a revert', before: 'paused', direction: 'back' },
  { name: 'after the end, before another run', before: 'finished', direction: 'forward' },
  { name: 'after the end, before a revert', before: 'finished', direction: 'back' },
  { name: 'between plan and application of a revert', before: 'finished', direction: 'back', within: 'start-setup' },
  { name: 'in a pause of a revert', before: 'reverting', direction: 'back' },
  { name: 'after a revert, before going forward again', before: 'reverted', direction: 'forward' },
];

export interface Combination {
  setupType: SetupType;
  moment: Moment;
  change: AdministratorChange;
}

export const nameOf = ({ setupType, moment, change }: Combination) => `${setupType}, ${moment.name}: ${change.name}`;

export interface Result {
  /** `none`: in this world there is nothing to do it to. */
  ended: 'none' | 'finished' | 'reverted' | 'paused' | 'declined' | 'stopped';
  /** The error that stopped it, and what it says. */
  code?: string;
  message?: string;
  isKept: boolean;
  /** The same with everything approved by name, where it was stopped. */
  approved?: string;
}

/** Lets an administrator make a change at a moment, runs flex-sso until it ends, and looks what has become of it. */
export async function meet({ setupType, moment, change }: Combination): Promise<Result> {
  const { world, migration } = structuredClone(await sceneAt(setupType, moment.before));
  const application = applicationIn(world, migration, setupType);
  let done = false;
  let left: unknown;
  const make = (now: World) => {
    const target = targetIn(now, application);
    const before = structuredClone(change.state(target));
    change.make(target);
    left = structuredClone(change.state(target));
    done = !isDeepStrictEqual(before, left);
  };
  if (!moment.within) make(world);
  if (!moment.within && !done) return { ended: 'none', isKept: true };
  const first = await run({ world, migration }, moment.direction, {
    async confirm(step, now) {
      if (!done && step === moment.within) make(now);
      return true;
    },
  });
  if (!done) return { ended: 'none', isKept: true };
  // Whoever reads "run flex-sso resume" does so.
  const last = first.code === 'plan-outdated' ? await run(first.scene, moment.direction) : first;
  const isKept = [first, last].every(({ scene }) =>
    isDeepStrictEqual(change.state(targetIn(scene.world, application)), left),
  );
  const { ended, code, message } = last;
  if (code !== 'changed-by-others') return { ended, ...(code && { code, message: message ?? '' }), isKept };
  const approved = await run(last.scene, moment.direction, { overwrite: async () => true });
  return { ended, code, message: message ?? '', isKept, approved: approved.code ?? approved.ended };
}

interface Doing {
  confirm?(step: StepId, world: World): Promise<boolean>;
  overwrite?: NonNullable<Person['overwrite']>;
  pausesAt?: StepId;
}

interface Ran {
  scene: Scene;
  ended: Result['ended'];
  code?: string;
  message?: string;
}

/** One run with the real steps; it clicks what is asked for, but for what it pauses at. */
async function run({ world, migration }: Scene, direction: Direction, doing: Doing = {}): Promise<Ran> {
  const journey: Journey = await openJourney({
    world,
    faults: world.directory.history,
    person: operator => ({
      confirm: async step => (await doing.confirm?.(step.id, journey.sandbox.world)) ?? true,
      perform: async (step, change) => (step.id === doing.pausesAt ? 'later' : operator.perform(step, change)),
      ...(doing.overwrite && { overwrite: doing.overwrite }),
    }),
  });
  try {
    const outcome = await journey.go(migration, direction);
    return { scene: sceneOf(), ended: outcome.status };
  } catch (error) {
    if (!(error instanceof FlexSsoError)) throw error;
    return { scene: sceneOf(), ended: 'stopped', code: error.code, message: `${error.message} ${error.hint}` };
  } finally {
    await journey.close();
  }

  function sceneOf(): Scene {
    return { world: structuredClone(journey.sandbox.world), migration: journey.kept() };
  }
}

const scenes = new Map<string, Promise<Scene>>();

/** Made once a file of tests: each builds on the one before. */
function sceneAt(setupType: SetupType, at: Moment['before']): Promise<Scene> {
  const name = `${setupType} ${at}`;
  const made = scenes.get(name) ?? makeScene(setupType, at);
  scenes.set(name, made);
  return made;
}

async function makeScene(setupType: SetupType, at: Moment['before']): Promise<Scene> {
  if (at === 'nothing') return fresh(setupType);
  const [from, direction, pausesAt] = (
    {
      paused: ['nothing', 'forward', 'finish'],
      finished: ['paused', 'forward', undefined],
      reverting: ['finished', 'back', 'start-setup'],
      reverted: ['reverting', 'back', undefined],
    } as const
  )[at];
  const { scene, ended, message } = await run(
    structuredClone(await sceneAt(setupType, from)),
    direction,
    pausesAt && { pausesAt },
  );
  const wanted = pausesAt ? 'paused' : direction === 'forward' ? 'finished' : 'reverted';
  if (ended !== wanted) throw new Error(`The scene “${setupType}, ${at}” ended as ${ended}: ${message}`);
  return scene;
}

/** The legacy application lacks a claim, so that a modified one gets a policy of flex-sso's own. */
async function fresh(setupType: SetupType): Promise<Scene> {
  const faults = setupType === 'modify' ? ['legacy-claims-incomplete'] : [];
  const journey = await openJourney({ faults });
  try {
    const migration = await beginModifying(journey, {
      setupType,
      overlap: 'yes',
      ...(setupType === 'new' && { login: 'skip' }),
    });
    return { world: structuredClone(journey.sandbox.world), migration };
  } finally {
    await journey.close();
  }
}

/** The application that the migration writes; the legacy one as long as there is no new one. */
function applicationIn({ directory }: World, { facts }: Migration, setupType: SetupType): string | undefined {
  if (setupType === 'new' && facts.application) return facts.application.appId;
  return directory.applications.find(({ displayName }) => displayName === 'Twilio Flex')?.appId;
}

function targetIn({ directory }: World, wanted: string | undefined): Target {
  const application = directory.applications.find(({ appId }) => appId === wanted);
  const principal = directory.servicePrincipals.find(({ appId }) => appId === wanted);
  if (!application || !principal) throw new Error('The application is not there.');
  return { directory, application, principal };
}
