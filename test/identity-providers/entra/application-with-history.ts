import { nameIdentifier } from '../../../src/identity-providers/entra/claims.js';
import type { Application } from '../../../src/sandbox/entra/directory.js';
import type { World } from '../../../src/sandbox/host.js';

const policyId = '11111111-1111-4111-8111-111111111111';

/** The application that the legacy connection uses. */
export function applicationOf({ directory }: World): Application {
  const found = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
  if (!found) throw new Error('no legacy application');
  return found;
}

/** Gives it a history: other identifiers and reply URLs around the legacy ones, no mode, and a policy without full_name. */
export function addHistory(world: World): void {
  const { directory } = world;
  const application = applicationOf(world);
  application.identifierUris = [
    'api://harborline.example/flex',
    ...application.identifierUris,
    'api://harborline.example/old',
  ];
  application.web.redirectUris = [
    'https://harborline.example/a',
    ...application.web.redirectUris,
    'https://harborline.example/b',
  ];
  application.web.redirectUriSettings = application.web.redirectUris.map((uri, index) => ({ uri, index }));
  const principal = directory.servicePrincipals.find(({ appId }) => appId === application.appId);
  if (principal) {
    principal.preferredSingleSignOnMode = null;
    const user = (ID: string, SamlClaimType: string) => ({ Source: 'user', ID, SamlClaimType });
    const ClaimsSchema = [
      user('userprincipalname', nameIdentifier),
      user('mail', 'email'),
      user('assignedroles', 'roles'),
    ];
    const content = { ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: 'false', ClaimsSchema } };
    directory.claimsMappingPolicies.push({
      id: policyId,
      displayName: 'Corporate claims',
      definition: [JSON.stringify(content)],
      isOrganizationDefault: false,
    });
    directory.policyAssignments.push({ servicePrincipalId: principal.id, policyId });
  }
}
