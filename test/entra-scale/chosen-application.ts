import type { Scene } from './scene.js';

/** The new application of a scene, as the tenant has it. */
export function chosenApplication({ sandbox, migration }: Scene) {
  const { directory } = sandbox.world;
  const id = migration().facts.application?.servicePrincipalId;
  return {
    directory,
    principal: directory.servicePrincipals.find(one => one.id === id),
    key: directory.signingKeys.find(one => one.servicePrincipalId === id),
    assignments: directory.appRoleAssignments.filter(one => one.resourceId === id).length,
  };
}
