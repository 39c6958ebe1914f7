import { type FlexSsoError, permissionError } from '../../errors.js';
import type { OAuthRefusal } from './msal-network.js';
import { registration, whoGrants } from './permissions.js';

interface Refusal {
  what: string;
  hint: string;
}

const consent: Refusal = {
  what: 'Nobody has consented to the permissions that flex-sso asks for',
  hint: `${whoGrants} ${registration}`,
};
const conditionalAccess: Refusal = {
  what: 'A Conditional Access policy of the tenant, or multifactor authentication, stands in the way',
  hint:
    'Sign in as somebody who meets it, on a device that it allows; device codes are blocked in many tenants, so leave --device-code out ' +
    'where a browser can be opened. Or use an application with a secret or certificate.',
};
const tenant: Refusal = {
  what: 'There is no such Entra tenant',
  hint: 'Compare AZURE_TENANT_ID with the Directory (tenant) ID on the Overview page of Entra.',
};
const publicClient: Refusal = {
  what: 'The application is not registered for people who sign in at this machine',
  hint:
    'Under App registrations > Authentication add the platform "Mobile and desktop applications" with the redirect URI http://localhost, ' +
    `and for device codes allow public client flows. ${registration}`,
};
const expired: Refusal = {
  what: 'The code was not entered in time',
  hint: 'Run `flex-sso resume --device-code` for a new one.',
};

/** By AADSTS number. Source: Microsoft's list of authentication and authorization error codes. */
const byNumber: Readonly<Record<string, Refusal>> = {
  '7000215': {
    what: 'The client secret is wrong',
    hint: "Set AZURE_CLIENT_SECRET to the secret's value, not to its id; if it is lost, create another under Certificates & secrets.",
  },
  '7000222': {
    what: 'The client secret has expired',
    hint: 'Create another under App registrations > Certificates & secrets and set AZURE_CLIENT_SECRET to its value.',
  },
  '700027': {
    what: 'The certificate is not registered for the application',
    hint: 'Upload the certificate that AZURE_CLIENT_CERTIFICATE_PATH names under App registrations > Certificates & secrets.',
  },
  '700016': {
    what: 'This tenant has no such application to sign in with',
    hint: 'Compare AZURE_CLIENT_ID with the Application (client) ID, and AZURE_TENANT_ID with the tenant it is registered in.',
  },
  '90002': tenant,
  '900023': tenant,
  '65001': consent,
  '650052': consent,
  '50126': { what: 'The user name or the password is wrong', hint: 'Sign in again.' },
  '50020': {
    what: 'This user is not in the tenant',
    hint: 'Sign in with an account of the tenant that AZURE_TENANT_ID names.',
  },
  '50105': {
    what: 'This user is not assigned to the application that flex-sso signs in with',
    hint: 'Assign the user under Enterprise applications > Users and groups, or turn "Assignment required" off there.',
  },
  '50011': publicClient,
  '7000218': publicClient,
  '50199': {
    what: 'Entra wants the sign-in to be confirmed, and nobody did',
    hint: 'Confirm on the page that you want to sign in to the application, or sign in by browser: leave --device-code out.',
  },
  '70020': expired,
  '53003': conditionalAccess,
  '50076': conditionalAccess,
  '50079': conditionalAccess,
};

/** By OAuth error, where Entra gives no number that is known. */
const byCode: Readonly<Record<string, Refusal>> = {
  invalid_client: {
    what: 'The application could not prove who it is',
    hint: 'Check AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or the certificate that AZURE_CLIENT_CERTIFICATE_PATH names.',
  },
  unauthorized_client: publicClient,
  consent_required: consent,
  device_code_expired: expired,
  expired_token: expired,
  authorization_declined: {
    what: 'The sign-in was declined on the page where the code was entered',
    hint: 'Run `flex-sso resume --device-code` and accept it, or let somebody do it who may.',
  },
  interaction_required: conditionalAccess,
  access_denied: {
    what: 'The sign-in was declined',
    hint: 'Run `flex-sso resume` and sign in, or let somebody do it who may.',
  },
};

/** What MSAL threw, or was refused with, in words; its own text is Microsoft's and holds no secret. */
export function signInRefused(error: unknown, refusal?: OAuthRefusal): FlexSsoError {
  const thrown = (error ?? {}) as { errorCode?: string; message?: string };
  const isUnexplained = refusal !== undefined && !/AADSTS/.test(thrown.message ?? '');
  const { errorCode = '', message = '' } = isUnexplained
    ? { errorCode: refusal.error, message: refusal.description }
    : thrown;
  const number = /AADSTS(\d+)/.exec(message)?.[1] ?? '';
  const known = byNumber[number] ?? byCode[errorCode];
  const described = /Description: (.*)/s.exec(message)?.[1] ?? message;
  const said = described.split(/(?: - )?(?:Trace ID|Correlation ID)|\r|\n/)[0]?.trim() || errorCode || 'nothing else.';
  const hint =
    known?.hint ?? 'Look the AADSTS number up at https://login.microsoftonline.com/error and mend what it is about.';
  return permissionError(
    number ? `sign-in-aadsts${number}` : 'sign-in-refused',
    `The sign-in to Microsoft Entra failed. ${known?.what ?? 'It was refused'}. Microsoft says: ${said}`,
    hint.includes('flex-sso resume') ? hint : `${hint} Then run \`flex-sso resume\`.`,
    error,
  );
}
