import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { Binding } from '../../saml/authn-request.js';
import { loginUrl, otherTenantId } from './addresses.js';
import { assertionsOf, assignmentsOf } from './claims.js';
import type { User } from './directory.js';
import type { Entra } from './entra.js';
import { readForm } from './form.js';
import { assertTenant, isTenant } from './openid.js';
import { beginSamlLogin, type SamlLogin } from './saml-request.js';
import { samlResponse } from './saml-response.js';
import { continuePage, errorPage, type Refusal, signIn, signInPage } from './sign-in-page.js';

/** More than enough for a year of trying. */
const maxSignIns = 1000;

/** The authentication contexts that a password satisfies. */
const satisfied = ['Password', 'PasswordProtectedTransport', 'unspecified'].map(
  name => `urn:oasis:names:tc:SAML:2.0:ac:classes:${name}`,
);

/** The SAML sign-in: an AuthnRequest comes in, a person signs in, a signed response goes to the ACS URL. */
export function samlRoutes(entra: Entra): Hono {
  const { host } = entra;
  const routes = new Hono();

  const page = (c: Context, login: SamlLogin, fields: Record<string, string>, problem?: string) => {
    const { SAMLRequest = '', RelayState, email } = fields;
    const hidden = { SAMLRequest, binding: login.request.binding, ...(RelayState === undefined ? {} : { RelayState }) };
    const action = host.toLocal(loginUrl(`/${c.req.param('tenant')}/login`));
    const application = login.application.displayName;
    return c.html(signInPage({ action, hidden, application, email, problem }), problem ? 400 : 200);
  };
  const refuse = (c: Context, refusal: Refusal) => c.html(errorPage(refusal), 400);

  const begin = (c: Context, fields: Record<string, string>, binding: Binding) => {
    const elsewhere = otherTenant(entra, c.req.param('tenant') ?? '') ?? broken(applicationBreaks, host.breaks);
    if (elsewhere) return refuse(c, elsewhere);
    const login = beginSamlLogin(entra.directory, fields.SAMLRequest ?? '', binding, 'Signature' in fields);
    return 'code' in login ? refuse(c, login) : page(c, login, fields);
  };
  routes.get('/:tenant/saml2', c => begin(c, c.req.query(), 'HTTP-Redirect'));
  routes.post('/:tenant/saml2', async c => begin(c, await readForm(c), 'HTTP-POST'));

  routes.post('/:tenant/login', async c => {
    assertTenant(entra.directory, c.req.param('tenant'));
    const fields = await readForm(c);
    const binding: Binding = fields.binding === 'HTTP-POST' ? 'HTTP-POST' : 'HTTP-Redirect';
    // What had to be signed was looked at before the page was shown.
    const login = beginSamlLogin(entra.directory, fields.SAMLRequest ?? '', binding, true);
    if ('code' in login) return refuse(c, login);
    const user = signIn(entra.directory, fields);
    if ('problem' in user) {
      const meant = entra.directory.users.find(
        one => one.userPrincipalName.toLowerCase() === fields.login?.toLowerCase(),
      );
      const [, code, text = ''] = /^AADSTS(\d+): (.*)$/.exec(user.problem) ?? [];
      if (meant) record(entra, login, meant, { code: Number(code), text });
      return page(c, login, { ...fields, email: fields.login ?? '' }, user.problem);
    }
    const outcome = answer(entra, login, user);
    record(entra, login, user, 'code' in outcome ? outcome : { code: 0, text: 'Other.' });
    if ('code' in outcome) return refuse(c, outcome);
    const isLost = fields.RelayState === undefined || host.breaks.has('relay-state-lost');
    const relayState = isLost ? {} : { RelayState: fields.RelayState ?? '' };
    return c.html(
      continuePage('Signing in …', host.toLocal(login.acsUrl), { SAMLResponse: outcome.response, ...relayState }),
    );
  });
  return routes;
}

/** The response for this user, or why there is none. */
function answer({ directory, host }: Entra, login: SamlLogin, user: User): { response: string } | Refusal {
  const { application, servicePrincipal, request } = login;
  const refused = broken(signInBreaks, host.breaks);
  if (refused) return refused;
  if (servicePrincipal.appRoleAssignmentRequired && assignmentsOf(directory, application)(user).length === 0)
    return {
      code: 50105,
      text: `Your administrator has configured the application ${application.displayName} ('${application.appId}') to block users unless they are specifically granted ('assigned') access to the application. The signed-in user '${user.userPrincipalName}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.`,
    };
  const context = request.authnContextClassRef;
  if (context && !satisfied.includes(context))
    return {
      code: 75011,
      text: `Authentication method 'Password' by which the user authenticated with the service doesn't match requested authentication method '${context}'.`,
    };
  const { nameId, attributes } = assertionsOf(directory, application)(user);
  if (!nameId || host.breaks.has('name-id-empty'))
    return {
      code: 501241,
      text: 'Mandatory Input missing from transformation: the attribute that the NameID comes from is empty for this user.',
    };
  return { response: samlResponse(directory, login, { nameId, attributes }, host.breaks) };
}

type Breaks = readonly (readonly [name: string, refusal: Refusal])[];
const broken = (table: Breaks, breaks: ReadonlySet<string>): Refusal | undefined =>
  table.find(([name]) => breaks.has(name))?.[1];

/** What else Entra says of an application before it asks anybody to sign in. */
const applicationBreaks: Breaks = [
  [
    'application-misconfigured',
    {
      code: 650056,
      text: "Misconfigured application. This could be due to one of the following: the client has not listed any permissions in the requested permissions in the client's application registration, or the admin has not consented in the tenant, or check the application identifier in the request.",
    },
  ],
  [
    'application-without-resource',
    {
      code: 65005,
      text: 'The application required resource access list does not contain applications discoverable by the resource, or the client has requested access to a resource that was not specified.',
    },
  ],
  ['reply-address-absent', { code: 900971, text: 'No reply address provided.' }],
];

/** What can stand in the way of a person, whatever the application says. */
const signInBreaks: Breaks = [
  [
    'user-not-in-tenant',
    {
      code: 50020,
      text: "User account from identity provider 'live.com' does not exist in this tenant and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first.",
    },
  ],
  [
    'mfa-not-set-up',
    {
      code: 50079,
      text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the application.',
    },
  ],
  [
    'mfa-required',
    {
      code: 50076,
      text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the application.',
    },
  ],
  [
    'conditional-access',
    {
      code: 53003,
      text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    },
  ],
];

/** What Entra says where the request comes to a tenant that is not the one of this application. */
function otherTenant({ directory }: Entra, tenant: string): Refusal | undefined {
  if (tenant === otherTenantId)
    return {
      code: 700016,
      text: "Application with identifier 'urn:flex' was not found in the directory 'Another Company'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
    };
  if (isTenant(directory, tenant)) return undefined;
  return {
    code: 90002,
    text: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  };
}

function record({ directory, host }: Entra, login: SamlLogin, user: User, { code, text }: Refusal): void {
  directory.signIns = [
    ...directory.signIns.slice(1 - maxSignIns),
    {
      id: randomUUID(),
      createdDateTime: new Date().toISOString(),
      userId: user.id,
      appId: login.application.appId,
      servicePrincipalId: login.servicePrincipal.id,
      ipAddress: '127.0.0.1',
      errorCode: code,
      failureReason: text,
    },
  ];
  host.save();
}
