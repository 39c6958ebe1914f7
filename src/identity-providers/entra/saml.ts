import type { Check } from '../../migration/step.js';
import type { Concern } from './concern.js';
import { isTemporaryName, temporaryName } from './derived.js';
import { applyProperty, planProperty } from './properties.js';

/** What Entra may put on an application of the template; Twilio's page says to remove it. */
const templateIdentifier = 'http://adapplicationregistry.onmicrosoft.com/customappsso/primary';

/** SAML as the way to sign in. It comes before the identifiers: until then a foreign host in one is refused. */
export const singleSignOnMode: Concern = {
  resources: ['preferredSingleSignOnMode'],
  plan: (wish, there) =>
    planProperty(
      'preferredSingleSignOnMode',
      wish.displayName,
      'Single sign-on method',
      there?.preferredSingleSignOnMode,
      'saml',
    ),
  apply: applyProperty,
  check: (_, there) => [
    comparison('saml-mode', 'The single sign-on method', 'saml', there.preferredSingleSignOnMode ?? 'none'),
  ],
};

/** Identifier (Entity ID) and Reply URL (Assertion Consumer Service URL). */
export const basicSaml: Concern = {
  resources: ['identifierUris', 'web'],
  plan({ displayName, serviceProvider }, there) {
    const { entityId, acsUrl } = serviceProvider;
    const identifiers = there?.identifierUris ?? [];
    const replyUrls = there?.web.redirectUris ?? [];
    return [
      ...planProperty(
        'identifierUris',
        displayName,
        'Identifier (Entity ID)',
        [...identifiers],
        withFirst(entityId, identifiers),
      ),
      ...planProperty(
        'web',
        displayName,
        'Reply URL (Assertion Consumer Service URL)',
        { redirectUris: [...replyUrls] },
        { redirectUris: withFirst(acsUrl, replyUrls) },
      ),
    ];
  },
  apply: applyProperty,
  check: ({ serviceProvider }, there) => [
    containment('identifier', 'The identifier (Entity ID)', serviceProvider.entityId, there.identifierUris),
    containment('reply-url', 'The reply URL (ACS URL)', serviceProvider.acsUrl, there.web.redirectUris),
  ],
};

/** Who is written to before the certificate expires, and whether only those who are assigned may log in. */
export const settings: Concern = {
  resources: ['notificationEmailAddresses', 'appRoleAssignmentRequired'],
  plan(wish, there) {
    const { appRoleAssignmentRequired: required } = wish;
    const held = there?.notificationEmailAddresses ?? [];
    const said = wish.notificationEmailAddresses;
    const emails = said ?? (held.length > 0 ? held : wish.carriedEmailAddresses);
    return [
      ...planProperty(
        'notificationEmailAddresses',
        wish.displayName,
        `Who Entra writes to before the certificate expires${said ? '' : ', as in the legacy application'}`,
        [...held],
        [...emails],
      ),
      ...(required === undefined
        ? []
        : planProperty(
            'appRoleAssignmentRequired',
            wish.displayName,
            required ? 'Only assigned people may log in' : 'People who are not assigned may log in, as today',
            // Applications of the template begin with it.
            there?.appRoleAssignmentRequired ?? true,
            required,
          )),
    ];
  },
  apply: applyProperty,
};

/** The display name that people see, in place of the temporary one. A name that somebody gave by hand stays. */
export const displayName: Concern = {
  resources: ['displayName'],
  plan(wish, there) {
    const before = there?.ids.displayName ?? temporaryName(wish.migrationId);
    return isTemporaryName(before)
      ? planProperty(
          'displayName',
          wish.displayName,
          'The final name, in place of the temporary one',
          before,
          wish.displayName,
        )
      : [];
  },
  apply: applyProperty,
};

function withFirst(value: string, others: readonly string[]): string[] {
  return others.includes(value) ? [...others] : [value, ...others.filter(other => other !== templateIdentifier)];
}

/** A check that one value is another. */
function comparison(name: string, what: string, expected: string, seen: string): Check {
  const right = expected === seen;
  const message = `${what} is ${seen}${right ? '' : `, not ${expected}`}.`;
  return { name, result: right ? 'passed' : 'failed', strength: 'observed', message, expected, seen };
}

/** A check that a list holds a value. */
export function containment(name: string, what: string, expected: string, values: readonly string[]): Check {
  const right = values.includes(expected);
  const seen = values.join(', ') || 'none';
  const message = right ? `${what} ${expected} is there.` : `${what} ${expected} is missing.`;
  return { name, result: right ? 'passed' : 'failed', strength: 'observed', message, expected, seen };
}
