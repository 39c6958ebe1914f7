import type { Probe } from '../../../src/flex/client.js';
import { type Answers, beginMigration, type Migration } from '../../../src/migration/state.js';
import type { Change, Check, ReadContext, WriteContext } from '../../../src/migration/step.js';
import { updateIdentityProvider } from '../../../src/steps/update-identity-provider.js';
import { applied, intended } from './journal.js';
import { accountSid, type Tenant } from './tenant.js';

export const connection = {
  name: `JQ${'1'.repeat(32)}`,
  entityId: `urn:flex:JQ${'1'.repeat(32)}`,
  acsUrl: `https://login.flex.us1.twilio.com/login/callback?connection=JQ${'1'.repeat(32)}`,
};

/** A migration that has come to the step, kept between walks as the store would keep it. */
export interface Walker {
  migration: Migration;
  notes: string[];
  /** Gets the list of people where it is set. */
  people?: NonNullable<ReadContext['report']['people']>;
  progress: { done: number; total: number }[];
  probe: Probe;
  /** The login through the legacy connection, as Flex begins it. */
  legacyProbe: Probe;
  context(): WriteContext;
  plan(direction?: Migration['direction']): Promise<readonly Change[]>;
  /** Observes, plans, applies in order and verifies; what fails leaves the journal as a killed run would. */
  walk(direction?: Migration['direction']): Promise<{ changes: readonly Change[]; checks: readonly Check[] }>;
}

export function createWalker(tenant: Tenant, answers: Partial<Answers> = {}): Walker {
  const { directory } = tenant;
  const ssoUrl = `https://login.microsoftonline.com/${directory.tenantId}/saml2`;
  const legacy = {
    entityId: `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`,
    acsUrl: `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`,
    ssoUrl,
    tenantId: directory.tenantId,
  };
  const begun = beginMigration(accountSid);
  const request = {
    id: '_1',
    issuer: connection.entityId,
    acsUrl: connection.acsUrl,
    binding: 'HTTP-Redirect',
  } as const;
  const walker: Walker = {
    migration: {
      ...begun,
      answers: { setupType: 'new', identityProvider: 'entra', hosting: 'hosted', ...answers },
      facts: {
        flex: {
          uiVersion: '2.8.0',
          flexInstanceSid: `GO${'2'.repeat(32)}`,
          workspaceSid: `WS${'3'.repeat(32)}`,
          runtimeDomain: 'x',
        },
        legacy,
        connection,
        // One step alone can take a modification back only if it replaces the values.
        overlapRefused: true,
      },
    },
    notes: [],
    progress: [],
    probe: { reached: 'identity-provider', ssoUrl, authnRequest: request },
    legacyProbe: {
      reached: 'identity-provider',
      ssoUrl,
      authnRequest: { ...request, issuer: legacy.entityId, acsUrl: legacy.acsUrl },
    },
    context: () => context,

    async plan(direction = 'forward') {
      walker.migration = { ...walker.migration, direction };
      const way = updateIdentityProvider[direction];
      const found = (await way?.observe?.(walker.context())) ?? {};
      learn(walker, 'done' in found ? found.facts : found);
      return (await way?.plan(walker.context())) ?? [];
    },

    async walk(direction = 'forward') {
      const way = updateIdentityProvider[direction];
      const changes = await walker.plan(direction);
      for (const change of changes) {
        walker.migration = intended(walker.migration, direction, change);
        const facts = (await way?.apply?.(change, walker.context())) ?? {};
        if ('refused' in facts) {
          learn(walker, facts.refused);
          return walker.walk(direction);
        }
        learn(walker, facts);
        walker.migration = applied(walker.migration, direction, change);
      }
      return { changes, checks: (await way?.verify?.(walker.context())) ?? [] };
    },
  };
  const context = contextOf(tenant, walker);
  return walker;
}

function learn(walker: Walker, facts: Migration['facts']): void {
  walker.migration = { ...walker.migration, facts: { ...walker.migration.facts, ...facts } };
}

function contextOf(tenant: Tenant, walker: Walker): WriteContext {
  const unused = () => Promise.reject(new Error('This step does not need it.'));
  const flex: ReadContext['flex'] = {
    configuration: unused,
    connections: async () => [],
    probe: async () => walker.probe,
    probeLegacy: async () => walker.legacyProbe,
    workers: unused,
    worker: unused,
  };
  return {
    get migration() {
      return walker.migration;
    },
    flex,
    graph: async () => tenant.graph,
    readDocument: async url => (await tenant.http({ url })).text,
    toPublic: url => url,
    signal: new AbortController().signal,
    report: {
      progress: (_, done, total) => void walker.progress.push({ done, total }),
      note: message => void walker.notes.push(message),
      get people() {
        return walker.people;
      },
    },
    login: { begin: () => ({ url: '', connectionName: '', state: '', nonce: '', codeVerifier: '' }), complete: unused },
    visit: unused,
    writeFile: unused,
  };
}
