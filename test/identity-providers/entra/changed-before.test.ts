import { expect, it, onTestFinished } from 'vitest';
import type { Answers } from '../../../src/migration/state.js';
import { beginModifying, type Journey, openJourney } from './journey.js';

/** What an administrator does through Graph. Entra lists it only after it was read once more. */
type Meddling = (journey: Journey) => Promise<unknown>;

const legacyPrincipal = ({ sandbox }: Journey) => {
  const { servicePrincipals } = sandbox.world.directory;
  return servicePrincipals.find(({ displayName }) => displayName === 'Twilio Flex');
};

const assignSomeone: Meddling = ({ graph, sandbox, ...journey }) => {
  const { users, appRoleAssignments } = sandbox.world.directory;
  const resourceId = legacyPrincipal({ sandbox, graph, ...journey })?.id;
  const held = appRoleAssignments.filter(one => one.resourceId === resourceId);
  const user = users.find(({ id }) => held.every(({ principalId }) => principalId !== id));
  return graph.post(`/servicePrincipals/${resourceId}/appRoleAssignedTo`, {
    principalId: user?.id,
    resourceId,
    appRoleId: held[0]?.appRoleId,
  });
};

const assignPolicy: Meddling = async journey => {
  const { graph } = journey;
  const user = (ID: string, SamlClaimType: string) => ({ Source: 'user', ID, SamlClaimType });
  const content = {
    ClaimsMappingPolicy: {
      Version: 1,
      IncludeBasicClaimSet: 'false',
      ClaimsSchema: [
        user('userprincipalname', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier'),
        ...[user('mail', 'email'), user('displayname', 'full_name'), user('assignedroles', 'roles')],
        user('department', 'department'),
      ],
    },
  };
  const body = { displayName: 'Of the administrator', definition: [JSON.stringify(content)] };
  const { id } = await graph.post<{ id: string }>('/policies/claimsMappingPolicies', body);
  const reference = { '@odata.id': graph.urlOf(`/policies/claimsMappingPolicies/${id}`) };
  await graph.post(`/servicePrincipals/${legacyPrincipal(journey)?.id}/claimsMappingPolicies/$ref`, reference);
};

const addIdentifier: Meddling = async ({ sandbox }) => {
  const { applications } = sandbox.world.directory;
  applications
    .find(({ displayName }) => displayName === 'Twilio Flex')
    ?.identifierUris.push('urn:of-the-administrator');
};

it.each([
  ['an assignment of the legacy application', assignSomeone, { setupType: 'new', login: 'skip' }, []],
  ['a claims policy of the legacy application', assignPolicy, { setupType: 'new', login: 'skip' }, []],
  [
    'an identifier, and Entra lists them in any order',
    addIdentifier,
    { setupType: 'modify' },
    ['identifiers-unordered'],
  ],
] as const)('does not outdate the plan of a run that begins later: %s', async (_, meddle, answers, faults) => {
  let pauses = true;
  const journey = await openJourney({
    faults,
    person: operator => ({
      perform: async (step, change) => (pauses && step.id === 'start-setup' ? 'later' : operator.perform(step, change)),
    }),
  });
  onTestFinished(journey.close);
  const begun = await beginModifying(journey, answers as Partial<Answers>);
  expect(await journey.go(begun, 'forward')).toMatchObject({ status: 'paused' });
  pauses = false;
  await meddle(journey);
  expect(await journey.go(journey.kept(), 'forward')).toMatchObject({ status: 'finished' });
});

it('carries over whom an administrator assigned just before another run', async () => {
  const journey = await openJourney();
  onTestFinished(journey.close);
  const begun = await beginModifying(journey, { setupType: 'new', login: 'skip' });
  expect(await journey.go(begun, 'forward')).toMatchObject({ status: 'finished' });
  const { appRoleAssignments } = journey.sandbox.world.directory;
  const before = appRoleAssignments.length;
  await assignSomeone(journey);
  expect(await journey.go(journey.kept(), 'forward')).toMatchObject({ status: 'finished', changed: 1 });
  expect(journey.sandbox.world.directory.appRoleAssignments).toHaveLength(before + 2);
});
