import { Hono } from 'hono';
import type { ConditionalAccessPolicy, SignIn } from '../directory.js';
import type { Entra } from '../entra.js';
import { answerList } from './query.js';
import { refusal } from './refusals.js';

/** What Entra tells of logins: the sign-in log, newest first, and the conditional access policies. */
export function reportRoutes(entra: Entra): Hono {
  const routes = new Hono();
  routes.get('/auditLogs/signIns', c => {
    if (entra.has('no-premium'))
      throw refusal(
        403,
        'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
        "Neither tenant is B2C or tenant doesn't have premium license",
      );
    const entries = entra.directory.signIns.toReversed();
    return answerList(c, entra, {
      name: 'auditLogs/signIns',
      entries,
      present: signIn => presentSignIn(entra, signIn),
    });
  });
  routes.get('/identity/conditionalAccess/policies', c =>
    answerList(c, entra, {
      name: 'identity/conditionalAccess/policies',
      entries: entra.directory.conditionalAccessPolicies,
      present: presentConditionalAccess,
    }),
  );
  return routes;
}

function presentSignIn({ directory }: Entra, { errorCode, failureReason, ...signIn }: SignIn) {
  const user = directory.users.find(one => one.id === signIn.userId);
  const servicePrincipal = directory.servicePrincipals.find(one => one.id === signIn.servicePrincipalId);
  return {
    ...signIn,
    userDisplayName: user?.displayName ?? '',
    userPrincipalName: user?.userPrincipalName.toLowerCase() ?? '',
    appDisplayName: servicePrincipal?.displayName ?? '',
    resourceId: signIn.appId,
    resourceDisplayName: servicePrincipal?.displayName ?? '',
    clientAppUsed: 'Browser',
    correlationId: signIn.id,
    isInteractive: true,
    conditionalAccessStatus: 'notApplied',
    appliedConditionalAccessPolicies: [],
    riskDetail: 'none',
    riskLevelAggregated: 'none',
    riskLevelDuringSignIn: 'none',
    riskState: 'none',
    status: { errorCode, failureReason, additionalDetails: null },
  };
}

function presentConditionalAccess({ includeApplications, excludeApplications, ...policy }: ConditionalAccessPolicy) {
  return {
    ...policy,
    modifiedDateTime: null,
    conditions: {
      clientAppTypes: ['all'],
      applications: { includeApplications, excludeApplications, includeUserActions: [] },
      users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [] },
    },
    grantControls: { operator: 'OR', builtInControls: ['mfa'], customAuthenticationFactors: [], termsOfUse: [] },
    sessionControls: null,
  };
}
