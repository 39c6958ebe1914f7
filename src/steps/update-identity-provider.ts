import { isDeepStrictEqual } from 'node:util';
import { checkEnhancedLogin } from '../flex/checks.js';
import { saveAndContinue } from '../flex/console.js';
import { connectionOf } from '../identity-providers/entra/connection.js';
import { entraBack, entraForward } from '../identity-providers/entra/way.js';
import { guidedInstruction, restoreInstruction } from '../identity-providers/guided.js';
import type { IdentityProvider } from '../identity-providers/labels.js';
import { isSetupRecorded, lastApplied } from '../migration/journal.js';
import type { Instruction, Migration } from '../migration/state.js';
import type { Change, Check, Step, Way } from '../migration/step.js';
import { observeLegacyAnswer } from '../validation/legacy-before.js';
import { verifyLegacyLogin } from '../validation/way-back.js';
import { confirmation, flexConsole, reachesIdentityProvider, standsInConsole } from './console-switch.js';

/**
 * The Entity ID and the ACS URL of the new connection go into the identity provider: into a new application with everything it needs,
 * or into the existing one. Entra is written through Graph; every other identity provider by hand.
 */
export const updateIdentityProvider: Step = {
  id: 'update-identity-provider',
  title: 'Update your identity provider',
  applies: () => true,

  forward: {
    canDoWithout: entraForward.canDoWithout,
    async observe(context) {
      const { migration } = context;
      if (!isEntra(migration)) return {};
      const seen = await entraForward.observe(context);
      const facts = { ...migration.facts, ...seen };
      return { ...seen, ...(await observeLegacyAnswer({ ...context, migration: { ...migration, facts } })) };
    },
    asks: ({ answers, facts }) => (isEntra({ answers }) ? entraForward.asks({ answers, facts }) : undefined),

    async plan(context) {
      const { migration } = context;
      const changes = isEntra(migration) ? await entraForward.plan(context) : byHandForward(migration);
      return [...changes, ...inConsole(migration)];
    },

    async isDone(change, context) {
      if (change.resource === resource.console) return reachesIdentityProvider(context);
      if (!isEntra(context.migration)) return undefined;
      const left = await entraForward.plan(context);
      return !left.some(({ resource, key }) => resource === change.resource && key === change.key);
    },

    async apply(change, context) {
      const isWord = change.resource === resource.console || !isEntra(context.migration);
      return isWord ? {} : entraForward.apply(change, context);
    },

    async verify(context) {
      const { migration } = context;
      const checks = isEntra(migration) ? await entraForward.verify(context) : [toldByHand(migration, 'forward')];
      // With a new connection, Flex does not know the identity provider before the next step.
      return migration.answers.setupType === 'modify' ? [...checks, await checkEnhancedLogin(context)] : checks;
    },

    foresee: ({ facts }) => ({
      identityProviderData: facts.identityProviderData ?? {
        issuer: '(shown by the identity provider)',
        ssoUrl: '(shown by the identity provider)',
        certificate: '(the application’s signing certificate)',
      },
    }),
  },

  back: {
    title: 'Restore your identity provider',
    // Before anything leads people to the legacy login again, it has to work.
    first: true,

    observe: async context =>
      context.migration.answers.setupType === 'modify' && isEntra(context.migration) ? entraBack.observe(context) : {},

    async plan(context) {
      const { migration } = context;
      // A new application stays: with it one can switch forward again.
      if (migration.answers.setupType !== 'modify') return [];
      return isEntra(migration) ? entraBack.plan(context) : byHandBack(migration);
    },

    async apply(change, context) {
      return change.action === 'manual' ? {} : entraBack.apply(change, context);
    },

    async verify(context) {
      const { migration } = context;
      if (migration.answers.setupType !== 'modify') return [];
      const restored = isEntra(migration)
        ? await entraBack.verify(context)
        : lastByHand(migration)
          ? [toldByHand(migration, 'back')]
          : [];
      // What was written is not enough: next, people are led to this login.
      const isThere = restored.length > 0 && restored.every(({ result }) => result !== 'failed');
      return isThere ? [...restored, ...(await verifyLegacyLogin(context))] : restored;
    },
  },
} satisfies Step & { forward: Way; back: Way };

const resource = { byHand: 'identityProvider', console: flexConsole } as const;

const isEntra = ({ answers }: Pick<Migration, 'answers'>) => answers.identityProvider === 'entra';
const setupTypeOf = ({ answers }: Migration) => answers.setupType ?? 'new';
const providerOf = ({ answers }: Migration): IdentityProvider => answers.identityProvider ?? 'other';

function byHandForward(migration: Migration): Change[] {
  const idp = providerOf(migration);
  const wanted = valuesOf(connectionOf(migration));
  if (isTold(migration, 'forward')) return [];
  const { legacy } = migration.facts;
  const before = setupTypeOf(migration) === 'modify' && legacy ? valuesOf(legacy) : null;
  return [manual(resource.byHand, idp, guidedInstruction(idp, setupTypeOf(migration), wanted), before, wanted)];
}

function byHandBack(migration: Migration): Change[] {
  const idp = providerOf(migration);
  const { legacy, connection } = migration.facts;
  // Without a record nobody can tell whether the values were replaced, so they are looked at.
  const mayBeReplaced = lastByHand(migration) ?? (connection && !isSetupRecorded(migration));
  if (!legacy || !mayBeReplaced || isTold(migration, 'back')) return [];
  const before = valuesOf(connectionOf(migration));
  return [
    manual(resource.byHand, idp, restoreInstruction(idp, legacy, migration.answers.hosting), before, valuesOf(legacy)),
  ];
}

/** Console waits for the word that a modified connection's identity provider has the values; it is given once a setup. */
function inConsole(migration: Migration): Change[] {
  if (migration.answers.setupType !== 'modify' || standsInConsole(migration, confirmation)) return [];
  return [manual(resource.console, confirmation, saveAndContinue(), null, null)];
}

/** The newest manual change of the identity provider, in whichever direction. */
const lastByHand = ({ journal }: Migration) =>
  journal.findLast(({ step, change }) => step === 'update-identity-provider' && change.resource === resource.byHand);

/** Whether somebody said that the values of this direction are in the identity provider, and nobody the contrary since. */
function isTold(migration: Migration, direction: Migration['direction']): boolean {
  if (setupTypeOf(migration) === 'new') {
    // A new application outlives a revert.
    const entries = [...migration.history, ...migration.journal];
    const told = lastApplied(entries, 'update-identity-provider', resource.byHand, providerOf(migration));
    return isDeepStrictEqual(told?.change.after, valuesOf(connectionOf(migration)));
  }
  const last = lastByHand(migration);
  return last?.status === 'applied' && last.direction === direction;
}

function manual(
  on: string,
  key: string,
  instruction: Instruction,
  before: Change['before'],
  after: Change['after'],
): Change {
  return { action: 'manual', resource: on, key, title: instruction.summary, before, after, instruction };
}

const valuesOf = ({ entityId, acsUrl }: { entityId: string; acsUrl: string }) => ({ entityId, acsUrl });

function toldByHand(migration: Migration, direction: Migration['direction']): Check {
  const told = isTold(migration, direction);
  const values = direction === 'forward' ? 'new' : 'legacy';
  return {
    name: 'identity-provider',
    result: told ? 'unknown' : 'failed',
    strength: 'word',
    message: told
      ? `The IdP administrator said that the identity provider has the ${values} values; a login will show it.`
      : `Nobody has said that the identity provider has the ${values} values.`,
  };
}
