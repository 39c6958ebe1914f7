/** What an application or a person may lack, in Graph's names; the sandbox knows a fault for each. */
const permissions = [
  'Application.Read.All',
  'Application.ReadWrite.All',
  'Application.ReadWrite.OwnedBy',
  'AppRoleAssignment.ReadWrite.All',
  'AuditLog.Read.All',
  'GroupMember.Read.All',
  'Policy.Read.All',
  'Policy.ReadWrite.ApplicationConfiguration',
  'User.Read.All',
] as const;
export type Permission = (typeof permissions)[number];

const noPermission = Object.fromEntries(
  permissions.map(name => [`no-permission:${name}`, `The sign-in lacks ${name}: 403 for whatever needs it.`]),
) as Record<`no-permission:${Permission}`, string>;

/**
 * What is in the tenant before flex-sso comes. It is made together with a world and kept in it: a world that was made
 * without one of these cannot get it later.
 */
export const historyFaults = {
  'legacy-preview-identifier':
    'The legacy connection is the older one: preview.twilio.com/iam as Entity ID and ACS URL.',
  'legacy-trailing-slash': 'The legacy application has its reply URL twice, first with a final slash.',
  'legacy-two': 'A second application holds another form of the legacy identifier; nobody logs in through it.',
  'legacy-none': 'The tenant has no legacy application any more.',
  'legacy-deleted': 'The legacy application is soft-deleted: it can be restored for 30 days.',
  'legacy-without-mode': 'The legacy application has no preferredSingleSignOnMode, as old ones have none.',
  'legacy-certificate-expired': 'The certificate of the legacy application has expired, so a new one signs at once.',
  'legacy-certificate-expiring': 'The certificate of the legacy application expires in 20 days.',
  'legacy-claims-policy': 'The legacy claims are an assigned claimsMappingPolicy, not the claims page of the portal.',
  'legacy-claims-namespaced':
    'The legacy claim full_name, and an own one, carry a namespace, so that Flex ignores them.',
  'legacy-claims-incomplete': 'The legacy application does not send the required claim full_name.',
  'legacy-claims-custom': 'The legacy application sends more: department, a constant, two extension attributes.',
  'legacy-claims-conditional':
    'A legacy claim is sent for members alone, by a condition that only the claims page of the portal has.',
  'legacy-roles-conditional':
    'The legacy claim roles is “agent” for every member, by a condition of the claims page, whatever role is assigned.',
  'legacy-role-disabled':
    'The role supervisor is switched off in the legacy application; people are assigned it still.',
  'legacy-role-gone': 'Every fourth direct assignment is to a role that the legacy application does not have any more.',
  'legacy-name-id-mail': 'The legacy NameID is user.mail.',
  'legacy-name-id-transformed': 'The legacy NameID is the part of user.mail before the @.',
  'users-upn-differs': 'For 30 % of the users the UPN is not the mail address; everybody has a Worker.',
  'users-without-role': 'Some users have default access, or a role without a value, and no Flex role.',
  'users-disabled': 'Some of the assigned users are disabled.',
  'users-guests': 'Some of the assigned users are guests.',
  'users-without-mail': 'Some of the assigned users have no mail address.',
  'groups-nested': 'Half of the agents’ group are members of a group inside it, who get no role by it.',
  'display-name-taken': 'Another application is called “Twilio Flex SSO” already.',
  'identifier-taken': 'Another application has the Entity ID of the enhanced connection already.',
  'identifier-taken-by-deleted': 'A soft-deleted application has the Entity ID of the enhanced connection.',
  'half-made-application': 'An earlier run of flex-sso left an application behind, half made, with the Entity ID.',
  'urn-forbidden': 'The tenant’s policy forbids identifiers such as urn:flex:…, of SAML applications too.',
  'urn-forbidden-unless-default': 'The tenant’s policy allows no identifiers but api://<appId>; SAML is not exempt.',
  'urn-forbidden-to-legacy': 'A policy of its own forbids the legacy application identifiers such as urn:flex:….',
  'urn-forbidden-but-legacy':
    'The tenant’s policy forbids identifiers such as urn:flex:…, and a policy of its own exempts the legacy application.',
  'urn-unrestricted': 'The tenant’s app management policy is off: identifiers are not restricted at all.',
  'conditional-access':
    'More Conditional Access policies: for all but the legacy application, switched off, for everything.',
} as const;
export type HistoryFault = keyof typeof historyFaults;

/** How Entra and Graph behave while they are served. Counted, not timed, but for those that say a time. */
const mannerFaults = {
  'create-404': 'The first instantiate answers 404 and makes nothing.',
  'create-404-created': 'The first instantiate answers 404, and has made the application all the same.',
  'create-slow': 'instantiate takes two seconds.',
  'replication-slow': 'Whatever is new stays unknown, unlisted and unpublished for four reads.',
  'replication-uneven': 'Something new is seen and not seen in turns, for four reads.',
  'stale-reads': 'After a PATCH three reads still show the old values.',
  'patch-404': 'The first three PATCHes of a new object answer 404.',
  'patch-409': 'The first two PATCHes of every object answer 409.',
  'certificate-late-in-metadata': 'A new certificate is missing from six reads of the federation metadata.',
  'certificate-late-in-key-credentials': 'A new certificate is missing from four reads of keyCredentials.',
  'certificate-activates-at-once': 'The first certificate of an application becomes the preferred one by itself.',
  'assignment-404': 'The first two assignments of each person or group answer 404.',
  'assignment-invalid-reference':
    'The first assignment of each person or group answers “Not a valid reference update”.',
  'assignments-list-lags': 'A new assignment is missing from four reads of the list.',
  throttled: '429 with Retry-After for every fifth request, six times.',
  'throttled-without-retry-after': '429 without Retry-After for every seventh request, five times.',
  'throttled-in-batches': '429 with Retry-After for every sixth write inside batches, 24 times; not carried out.',
  'throttled-in-batches-applied':
    '429 for every seventh write inside batches, twelve times, although it was carried out.',
  'throttled-conditional-access': '429 without Retry-After for the first two reads of Conditional Access policies.',
  quota: 'The published quota of a tenant: 3,000 writes in 150 seconds, then 429 with Retry-After.',
  'quota-tenth': 'The quota, scaled down: 300 writes in 15 seconds.',
  'quota-hundredth': 'The quota, scaled down: 30 writes in 1.5 seconds.',
  unavailable: '503 for every eighth request, four times.',
  'gateway-timeout': '504 for every ninth request, three times, although it was carried out.',
  'connection-reset': 'The connection breaks before every tenth request is carried out, three times.',
  'connection-reset-applied': 'The connection breaks after every tenth write was carried out, three times.',
  'slow-answers': 'Every ninth request takes two seconds, three times.',
  'slow-50ms': 'Every request to Graph takes 50 milliseconds more.',
  'no-answer': 'The eleventh request is never answered.',
  'token-expired': '401 for every 15th request, twice: the token has expired in the middle.',
  'continuous-access': '401 with a claims challenge at the tenth request, until a token answers it.',
  'batch-unordered': 'The answers of a batch come in another order than its requests.',
  'short-pages': 'The first page of a list holds three entries, the second none; both name a next page.',
  'unknown-properties': 'Every object has properties that nobody has heard of.',
  'second-identifier-refused': 'A further identifier beside the one that an application has is refused.',
  'identifiers-unordered': 'Identifiers and reply URLs come in another order at every second read.',
  'ids-in-upper-case': 'The ids of people, groups and roles come in upper case where assignments are listed.',
  'names-null': 'People, groups and assignments have no display name: null.',
  'claims-as-collection': 'The claims page of the portal (beta claimsPolicy) comes as a collection of one.',
  'claims-unreadable-403': 'The claims page of the portal (beta claimsPolicy) answers 403.',
  'claims-unreadable-404': 'Beta does not exist, as in national clouds: 404 for claimsPolicy.',
  'claims-unreadable-503': 'The claims page of the portal (beta claimsPolicy) answers 503, for ever.',
  'no-certificate-action': 'addTokenSigningCertificate does not exist, as in national clouds: 404.',
  'no-premium': 'The tenant has no P1 licence: 403 for the sign-in log.',
  'consent-missing': 'Nobody has consented to the permissions: AADSTS65001 at sign-in.',
  'client-certificate-unknown': 'The client certificate is not registered for flex-sso: AADSTS700027 at sign-in.',
  'client-secret-expired': 'The client secret has expired: AADSTS7000222 at sign-in.',
  'device-code-blocked': 'Conditional Access blocks the device code flow: AADSTS53003.',
  'device-code-confirmation': 'The device code flow demands a confirmation: AADSTS50199.',
} as const;

/** What the sandbox's services can be told to be bad at, by name, with what that is in words for `--fault list`. */
export const faults = { ...historyFaults, ...mannerFaults, ...noPermission };
export type Fault = keyof typeof faults;

/** The permissions that these faults take away. */
export const missingPermissions = (named: ReadonlySet<string>): string[] =>
  permissions.filter(permission => named.has(`no-permission:${permission}`));

/** Those of the named faults that are made together with a world, in the order of the table. */
export const historyAmong = (named: Iterable<string>): HistoryFault[] => {
  const wanted = new Set(named);
  return (Object.keys(historyFaults) as HistoryFault[]).filter(name => wanted.has(name));
};
