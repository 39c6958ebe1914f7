import { inputError } from '../errors.js';
import { flagName } from '../inputs.js';
import type { IdentityProviderData, ServiceProvider } from '../migration/facts.js';
import type { Answers, Instruction } from '../migration/state.js';
import { hasMarkers, readCertificate } from '../saml/certificate.js';
import { identityProviderData, readMetadata } from '../saml/metadata.js';
import { type IdentityProvider, type Labels, labels } from './labels.js';

type Task = Instruction['tasks'][number];

/** What the IdP administrator does by hand so that the identity provider accepts logins for the enhanced connection. */
export function guidedInstruction(
  identityProvider: IdentityProvider,
  setupType: 'new' | 'modify',
  serviceProvider: ServiceProvider,
): Instruction {
  const idp = labels[identityProvider];
  if (setupType === 'modify')
    return byHand(`Replace the Entity ID and the ACS URL of the existing Flex application in ${idp.name}`, [
      read(`In the existing application that Flex uses, open: ${idp.page}. Instructions: ${idp.instructions}`),
      ...valueTasks(idp, serviceProvider),
      read(
        'Nobody can log in to Flex between saving this and the click on “Finish” in Flex Console. That takes as long as the steps between ' +
          'them, the test login included. Choose a quiet time.',
      ),
      save,
      read('Change nothing else: Flex goes on with the same certificate, issuer and single sign-on URL.'),
    ]);
  return byHand(`Create a new application for Flex in ${idp.name}`, [
    read('Leave the existing Flex application as it is: it is the way back.'),
    read(`Create a new SAML application and open: ${idp.page}. Instructions: ${idp.instructions}`),
    ...valueTasks(idp, serviceProvider),
    ...[...idp.settings, ...always].map(read),
    save,
    read(
      `Hand back the metadata of the new application, or: ${idp.intoFlex.issuer}, ${idp.intoFlex.ssoUrl} and ${idp.intoFlex.certificate}.`,
    ),
  ]);
}

/** What the IdP administrator does by hand before Flex is switched back to a legacy connection that had been modified. */
export function restoreInstruction(
  identityProvider: IdentityProvider,
  legacy: ServiceProvider,
  hosting: Answers['hosting'],
): Instruction {
  const idp = labels[identityProvider];
  return byHand(`Put the legacy Entity ID and ACS URL back into the Flex application in ${idp.name}`, [
    read(`In the existing application that Flex uses, open: ${idp.page}. Instructions: ${idp.instructions}`),
    ...valueTasks(idp, legacy),
    read(
      'If Flex uses the enhanced connection, nobody can log in between saving this and the click on “Switch connection” in Flex Console. ' +
        (hosting === 'self-hosted'
          ? 'Your Flex UI without the oauth object is deployed in between: have it ready. '
          : '') +
        'Agree with the Flex administrator on the time.',
    ),
    save,
  ]);
}

/**
 * The three values that Flex needs, as the IdP administrator handed them back: from metadata (with `certificate` to choose among
 * several), or from issuer, SSO URL and certificate. Throws an input error that names the flags that are missing.
 */
export async function guidedIdentityProviderData(
  answers: Pick<Answers, 'metadata' | 'issuer' | 'ssoUrl' | 'certificate'>,
  readDocument: (urlOrFile: string) => Promise<string>,
): Promise<IdentityProviderData> {
  const { metadata, issuer, ssoUrl, certificate } = answers;
  const pem = certificate && (hasMarkers(certificate) ? certificate : await readDocument(certificate));
  const held = pem ? readCertificate(pem) : undefined;
  if (metadata) {
    const chosen = held ? { thumbprint: held.thumbprint } : {};
    const activeThumbprint = held && { activeThumbprint: held.thumbprint };
    return identityProviderData(readMetadata(await readDocument(metadata), activeThumbprint), chosen);
  }
  if (issuer && ssoUrl && held) return { issuer, ssoUrl, certificate: held.pem };
  const missing = (['issuer', 'ssoUrl', 'certificate'] as const).filter(name => !answers[name]).map(flagName);
  throw inputError(
    'identity-provider-data-missing',
    `The data of the identity provider is incomplete: ${missing.join(', ')} is missing, and so is ${flagName('metadata')}.`,
    `Give ${flagName('metadata')} alone, or ${missing.join(' and ')} too.`,
  );
}

/** What Flex needs of every identity provider. */
const always: readonly string[] = [
  'Send email, full_name and roles under exactly these names, without a namespace; roles are admin, supervisor or agent.',
  'Sign the response and the assertion with SHA-256, and encrypt neither. Let a session last for a shift: 8 to 10 hours.',
  'Send the same NameID as the existing application: another one gives every agent a second, billed Worker.',
  'Assign everybody who uses Flex today, before logins are sent to the new application.',
];

const read = (text: string): Task => ({ do: 'read', text });
/** What the button is called differs, and is not published for every one. */
const save = read('Save the application.');

const valueTasks = (idp: Labels, { entityId, acsUrl }: ServiceProvider): Task[] => [
  { do: 'enter', label: idp.entityId, value: entityId },
  { do: 'enter', label: idp.acsUrl, value: acsUrl },
];

function byHand(summary: string, tasks: Task[]): Instruction {
  return { who: 'identity-provider-administrator', summary, tasks };
}
