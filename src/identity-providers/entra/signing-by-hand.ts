import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Change } from '../../migration/step.js';
import { readExisting } from './application.js';
import type { GraphReader } from './client.js';
import { enterpriseApplicationsPage } from './cloud.js';
import type { There, Wish } from './concern.js';
import { temporaryName } from './derived.js';
import { activeCertificate } from './read.js';
import { look, settleMs } from './replication.js';

const summary = 'Add a signing certificate to the new application and make it active';

/**
 * What a person does where Graph has no action for it, in the words of the Entra admin center. Source: Microsoft's page on managing
 * certificates for federated single sign-on.
 */
export function certificateByHand(wish: Wish, there: There | undefined): Change {
  const { displayName, certificateYears: years, cloud, migrationId } = wish;
  const nameNow = there?.ids.displayName ?? temporaryName(migrationId);
  const becomes = nameNow === displayName ? '' : `, which becomes "${displayName}" in the end`;
  return {
    action: 'manual',
    resource: 'tokenSigningCertificate',
    key: displayName,
    title: summary,
    before: null,
    after: { years },
    instruction: {
      who: 'identity-provider-administrator',
      summary: `${summary}: Microsoft Graph cannot do it here`,
      page: enterpriseApplicationsPage(cloud),
      tasks: [
        { do: 'read', text: `All applications are listed there. Look for "${nameNow}"${becomes}.` },
        { do: 'click', label: nameNow },
        { do: 'click', label: 'Single sign-on' },
        { do: 'read', text: 'The next button is in the section SAML Certificates, at Token signing certificate.' },
        { do: 'click', label: 'Edit' },
        { do: 'read', text: 'Where a certificate is listed already as Active that has not expired, you are done.' },
        { do: 'click', label: 'New Certificate' },
        { do: 'enter', label: 'Expiration Date', value: dateIn(years) },
        { do: 'read', text: 'Leave Signing Option and Signing Algorithm: flex-sso sets both by a policy.' },
        { do: 'click', label: 'Save' },
        {
          do: 'read',
          text: 'The next one is in the menu (…) at the end of the new row, which is Inactive until then.',
        },
        { do: 'click', label: 'Make certificate active' },
        { do: 'click', label: 'Yes' },
      ],
    },
  };
}

/** Looks whether it was done; Entra may show it some seconds late. Throws a verification error that says what is missing. */
export async function assertCertificateByHand(graph: GraphReader, at: ApplicationIds): Promise<void> {
  let hasOne = false;
  const seen = await look(
    async () => {
      const there = await readExisting(graph, at);
      hasOne = there.certificates.some(({ endDateTime }) => Date.parse(endDateTime) > Date.now());
      return activeCertificate(there);
    },
    { wait: graph.wait, longestMs: settleMs },
  );
  if (seen) return;
  throw new FlexSsoError(
    hasOne ? 'certificate-not-active' : 'certificate-not-seen',
    hasOne
      ? `The application "${at.displayName}" has a signing certificate, but none that is valid is active.`
      : `Entra shows no valid signing certificate at the application "${at.displayName}".`,
    hasOne
      ? 'Choose "Make certificate active" in the menu at the end of its row, then go on; `flex-sso resume` would do it, too.'
      : 'Add it in the Entra admin center as described, then go on. Entra may need some minutes until it shows it.',
    { ending: 'verification' },
  );
}

/** As the admin center takes a date; of the day alone, so that a plan that is made again is the same. */
function dateIn(years: number): string {
  const date = new Date();
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString().slice(0, 10);
}
