import { z } from 'zod';
import type { Application, AppRole, Directory } from '../directory.js';
import { assertIdentifiers } from './identifier-uris.js';
import { badRequest } from './refusals.js';

const maxRedirectUris = 256;
const maxRedirectUriLength = 256;

const appRole = z.strictObject({
  id: z.guid(),
  allowedMemberTypes: z.array(z.enum(['User', 'Application'])).min(1),
  displayName: z.string().min(1),
  description: z.string().min(1),
  isEnabled: z.boolean(),
  value: z
    .string()
    .max(120)
    .regex(/^(?!\.)\S*$/)
    .nullable()
    .default(null),
});

const redirectUri = z.url({ protocol: /^https?$/ }).max(maxRedirectUriLength);
const redirectUris = z.array(redirectUri).max(maxRedirectUris);

/** What may be changed of an application. Arrays replace what was there; the parts of `web` are set one by one. */
export const applicationPatch = z
  .strictObject({
    displayName: z.string().min(1).max(256),
    notes: z.string().nullable(),
    tags: z.array(z.string()),
    identifierUris: z.array(z.string().min(1)),
    appRoles: z.array(appRole),
    isFallbackPublicClient: z.boolean().nullable(),
    publicClient: z.strictObject({ redirectUris: z.array(z.string()) }),
    web: z
      .strictObject({
        homePageUrl: z.url().nullable(),
        logoutUrl: z.url().nullable(),
        redirectUris,
        redirectUriSettings: z.array(z.strictObject({ uri: redirectUri, index: z.int().nullable().default(null) })),
      })
      .partial(),
  })
  .partial();
type ApplicationPatch = z.infer<typeof applicationPatch>;

/** Changes an application, or refuses the whole change as Graph does. */
export function patchApplication(directory: Directory, application: Application, patch: ApplicationPatch): void {
  const { web, identifierUris, appRoles, ...plain } = patch;
  if (identifierUris) assertIdentifiers(directory, application, identifierUris);
  if (appRoles) assertRoles(application.appRoles, appRoles);
  const newWeb = web && patchedWeb(application.web, web);
  Object.assign(
    application,
    plain,
    identifierUris && { identifierUris },
    appRoles && { appRoles },
    newWeb && { web: newWeb },
  );
  if (plain.displayName !== undefined)
    for (const one of directory.servicePrincipals)
      if (one.appId === application.appId) one.displayName = plain.displayName;
}

function assertRoles(before: readonly AppRole[], after: readonly AppRole[]): void {
  const values = after.flatMap(role => role.value ?? []);
  const ids = after.map(role => role.id);
  if (new Set(values).size !== values.length || new Set(ids).size !== ids.length)
    throw badRequest('Request contains a property with duplicate values.', 'DuplicateValue');
  if (before.some(role => role.isEnabled && !ids.includes(role.id)))
    throw badRequest(
      'Permission (scope or role) cannot be deleted or updated unless disabled first.',
      'CannotDeleteOrUpdateEnabledEntitlement',
    );
}

function patchedWeb(before: Application['web'], patch: NonNullable<ApplicationPatch['web']>): Application['web'] {
  const { redirectUris, redirectUriSettings, ...plain } = patch;
  const uris = redirectUris ?? redirectUriSettings?.map(setting => setting.uri) ?? before.redirectUris;
  if (redirectUriSettings?.some(({ uri }) => !uris.includes(uri)))
    throw badRequest('The redirectUriSettings hold a uri that redirectUris lacks.');
  const known = redirectUriSettings ?? before.redirectUriSettings;
  return {
    ...before,
    ...(plain as Partial<Application['web']>),
    redirectUris: [...uris],
    redirectUriSettings: uris.map(uri => known.find(setting => setting.uri === uri) ?? { uri, index: null }),
  };
}
