import type { IdentityProviderData } from '../migration/facts.js';
import type { Instruction } from '../migration/state.js';

/** Where all of this is done: Flex > Users and access > Single sign-on (SSO). */
export const singleSignOnPage = 'https://console.twilio.com/us1/develop/flex/users-and-access/single-sign-on';

/** Where Console has its "Log in with SSO". */
const overviewPage = 'https://console.twilio.com/us1/develop/flex/overview';

type Task = Instruction['tasks'][number];

/**
 * "Start setup" and the choice of the setup type; Console then shows the Entity ID and the ACS URL. `isInAnotherSetup`: Console may still
 * stand in the setup of the other type.
 */
export function startSetup(setupType: 'new' | 'modify', { isInAnotherSetup = false } = {}): Instruction {
  const [option, words] =
    setupType === 'new'
      ? ['Create new SSO connection', 'create a new SSO connection']
      : ['Modify existing SSO connection', 'modify the existing SSO connection'];
  return inConsole(`Start the setup in Flex Console, to ${words}`, [
    ...(isInAnotherSetup
      ? [read('If Console still shows the setup of the other type, leave that one first.'), click('Cancel setup')]
      : []),
    click('Start setup'),
    { do: 'choose', label: option },
    click('Continue'),
  ]);
}

/** Confirms that the identity provider has the two values. */
export function saveAndContinue(): Instruction {
  return inConsole('Confirm in Flex Console that the identity provider has the new values', confirmValues);
}

/** Confirms as `saveAndContinue` does and fills in the page that comes then; for a new connection alone. */
export function enterIdentityProviderData(
  data: IdentityProviderData,
  options: { friendlyName: string; redirectUrl?: string | undefined; trustedUrls: readonly string[] },
): Instruction {
  const { friendlyName, redirectUrl, trustedUrls } = options;
  const callback = trustedUrls.find(url => url.startsWith('http://localhost:'));
  return inConsole('Enter the data of the identity provider in Flex Console', [
    ...confirmValues,
    enter('Friendly Name', friendlyName),
    ...enterData(data),
    ...(redirectUrl ? [enter('Default redirect URL', redirectUrl)] : []),
    ...(callback ? [read(`${callback}, a Trusted URL, lets the test login come back to flex-sso.`)] : []),
    ...(trustedUrls.length > 0 ? [enter('Trusted URLs', trustedUrls.join('\n'))] : []),
    click('Save'),
  ]);
}

/** Corrects what was entered before, once the setup has left that page. */
export function correctIdentityProviderData(data: IdentityProviderData): Instruction {
  return inConsole('Correct the data of the identity provider in Flex Console', [
    click('Edit'),
    ...enterData(data),
    click('Save'),
  ]);
}

/** Adds URLs that a login may return to. */
export function addTrustedUrl(urls: readonly string[]): Instruction {
  return inConsole('Let the test login return to flex-sso: add its address to the Trusted URLs in Flex Console', [
    click('Edit'),
    read('Keep the Trusted URLs that are there already, one a line, and add this one exactly as it stands here.'),
    enter('Trusted URLs', urls.join('\n')),
    click('Save'),
  ]);
}

/** Completes the migration; Flex keeps the legacy details for 30 days from here. */
export function finish(): Instruction {
  return inConsole('Finish the setup in Flex Console', [click('Finish')]);
}

/** Back to the legacy connection; after `modify` the identity provider must have the legacy values again. */
export function switchToLegacy(setupType: 'new' | 'modify'): Instruction {
  const link = click('switch back to legacy connection');
  if (setupType === 'new')
    return inConsole('Switch back to the legacy connection in Flex Console', [link, click('Confirm')]);
  return inConsole(
    'Switch back to the legacy connection in Flex Console, now that the identity provider has its values',
    [
      link,
      { do: 'tick', label: 'I confirm that my Flex application reflects the Legacy Flex SSO connection' },
      click('Switch connection'),
    ],
  );
}

/** Out of a modification that was confirmed and is not finished. The guide does not say how; most pages of the setup can be left. */
export function leaveSetup(): Instruction {
  return inConsole('Leave the setup in Flex Console, so that logins take the legacy connection', [
    read(
      'Console waits for the validation of the modified connection. Whether new logins take that one meanwhile is not documented, and ' +
        'nothing shows it.',
    ),
    click('Cancel setup'),
    read(
      'Where the page has no such button, leave it as it stands, open Flex in a private window and see that a login works. If it fails, ' +
        'click Finish and then “switch back to legacy connection”.',
    ),
    read(
      'As soon as you say that this is done, flex-sso takes the enhanced values out of the identity provider. From then on only the legacy ' +
        'login works.',
    ),
  ]);
}

/** Forward again to a new connection that was switched off. */
export function switchToEnhanced(): Instruction {
  return inConsole('Switch to the OAuth 2.0 connection again in Flex Console', [
    click('switch back to OAuth 2.0 connection'),
    click('Confirm'),
  ]);
}

/** A login that comes back to this tool, at `callback`, in a browser on this machine. `warning` says whom a login costs a Worker. */
export function logInHere(callback: string, warning?: string): Instruction {
  return byUser('Log in to Flex through the new connection, in a browser on this machine', [
    read(`The login comes back to ${callback}, which has to be among the Trusted URLs in Flex Console.`),
    read('Use a private window, or log out of Flex before: a session that is still open hides a login that fails.'),
    ...asWhom(warning),
  ]);
}

/** A login anywhere: through Console where Flex is hosted, else at the site of its own. */
export function logInElsewhere(selfHostedSite?: string, warning?: string): Instruction {
  return byUser(
    'Log in to Flex through the new connection, on any machine',
    [
      read('Use a private window: a session that is still open hides a login that fails.'),
      ...(selfHostedSite ? [] : [click('Log in with SSO')]),
      ...asWhom(warning),
    ],
    selfHostedSite ?? overviewPage,
  );
}

const click = (label: string): Task => ({ do: 'click', label });
const enter = (label: string, value: string): Task => ({ do: 'enter', label, value });
const enterData = ({ certificate, issuer, ssoUrl }: IdentityProviderData): Task[] => [
  enter('X.509 Certificate', certificate),
  enter('Identity Provider Issuer', issuer),
  enter('Single Sign-On URL', ssoUrl),
];
const read = (text: string): Task => ({ do: 'read', text });
const asWhom = (
  warning = 'Choose somebody who has logged in to Flex before: whoever has no Worker yet gets one, billed from then on.',
): Task[] => [read('Log in as somebody who has a Flex role: agent, supervisor or admin.'), read(warning)];
const confirmValues: readonly Task[] = [
  { do: 'tick', label: 'I confirm that the values have been updated' },
  click('Save and Continue'),
];

function inConsole(summary: string, tasks: readonly Task[]): Instruction {
  return { who: 'flex-administrator', summary, page: singleSignOnPage, tasks: [...tasks] };
}

function byUser(summary: string, tasks: readonly Task[], page?: string): Instruction {
  return { who: 'user', summary, tasks: [...tasks], ...(page !== undefined && { page }) };
}
