import type { Change } from '../../migration/step.js';
import type { Wish } from './concern.js';

/** What a person does where Graph has no action for it. */
export function certificateByHand({ displayName, certificateYears, notificationEmailAddresses }: Wish): Change {
  const summary = 'Add a signing certificate to the new application and make it active';
  return {
    action: 'manual',
    resource: 'tokenSigningCertificate',
    key: displayName,
    title: summary,
    before: null,
    after: { years: certificateYears },
    instruction: {
      who: 'identity-provider-administrator',
      summary: `${summary}: Microsoft Graph cannot do it here`,
      tasks: [
        {
          do: 'read',
          text:
            'In the Entra admin center of your cloud open Enterprise applications and the application whose name begins with ' +
            `"flex-sso", which becomes "${displayName}" in the end.`,
        },
        { do: 'click', label: 'Single sign-on' },
        { do: 'read', text: 'In the section SAML Certificates, Token signing certificate, choose Edit.' },
        { do: 'click', label: 'New Certificate' },
        { do: 'read', text: `Set the expiration date to ${certificateYears} years from now, and leave SHA-256.` },
        ...(notificationEmailAddresses?.[0]
          ? [{ do: 'enter' as const, label: 'Notification Email Addresses', value: notificationEmailAddresses[0] }]
          : []),
        { do: 'click', label: 'Save' },
        { do: 'read', text: 'In the menu at the end of its row choose "Make certificate active" and confirm.' },
      ],
    },
  };
}
