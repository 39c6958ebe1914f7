import type { Application, Directory } from './directory.js';

export interface AppManagementPolicy {
  isEnabled: boolean;
  /** Whether SAML applications may take identifiers that hold neither a verified domain nor an id of the tenant. */
  excludeSaml: boolean;
  /** Whether only api://<appId> and the like is allowed. */
  defaultUrisOnly?: boolean;
}

/** One that an application has instead of the tenant's. `excludeSaml` absent: it says nothing about identifiers. */
export type OwnAppManagementPolicy = Limits & { isEnabled: boolean; id: string; displayName: string };

type Limits = Partial<AppManagementPolicy>;

/** An application's own policy takes the place of the tenant's, whatever it says. */
export function policyInForce(directory: Directory, application: Application): Limits {
  const own = directory.ownAppManagementPolicies?.[application.id];
  return own?.isEnabled ? { ...own, isEnabled: own.excludeSaml !== undefined } : directory.appManagementPolicy;
}

/** The limits on identifiers as Graph shows them, in the tenant's policy and in an application's own. */
export function identifierRestrictions({ isEnabled, excludeSaml, defaultUrisOnly }: Limits) {
  const restriction = {
    state: isEnabled ? 'enabled' : 'disabled',
    restrictForAppsCreatedAfterDateTime: null,
    isStateSetByMicrosoft: true,
    excludeAppsReceivingV2Tokens: true,
    excludeSaml,
  };
  return {
    nonDefaultUriAddition: { ...restriction, state: isEnabled && defaultUrisOnly ? 'enabled' : 'disabled' },
    uriAdditionWithoutUniqueTenantIdentifier: restriction,
  };
}
