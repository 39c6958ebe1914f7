import { lastApplied } from '../../migration/journal.js';
import type { Migration } from '../../migration/state.js';
import type { Change } from '../../migration/step.js';
import { describeSource, nameIdentifier } from './claims.js';
import { enterpriseApplicationsPage } from './cloud.js';
import type { Wish } from './concern.js';
import type { LegacyClaims } from './legacy-claims.js';

const resource = 'legacyClaims';

/** Where Graph does not show what the legacy application sends, a person compares it with what is planned, once. */
export function claimsByHand(wish: Wish, legacy: LegacyClaims | undefined, { journal, history }: Migration): Change[] {
  if (!legacy?.assumed) return [];
  if (lastApplied([...history, ...journal], 'update-identity-provider', resource)) return [];
  const summary = 'Compare the claims of the legacy application with the planned ones';
  const planned = wish.claims.ClaimsMappingPolicy.ClaimsSchema.filter(entry => entry.SamlClaimType);
  return [
    {
      action: 'manual',
      resource,
      key: 'compare',
      title: summary,
      before: null,
      after: null,
      instruction: {
        who: 'identity-provider-administrator',
        summary: `${summary}: Microsoft Graph does not show them to flex-sso`,
        page: enterpriseApplicationsPage(wish.cloud),
        tasks: [
          {
            do: 'read',
            text: 'Open the application that your agents log in through, Single sign-on, Attributes & Claims.',
          },
          ...planned.map(entry => ({
            do: 'read' as const,
            text: `${entry.SamlClaimType === nameIdentifier ? 'Unique User Identifier (Name ID)' : entry.SamlClaimType}: planned is ${describeSource(entry)}.`,
          })),
          {
            do: 'read',
            text:
              'If the Name ID is another one there, stop here: with another NameID people become new, billed Workers. Run again with ' +
              '`--name-id mail` or `--name-id userprincipalname` where it is one of these; else go back with `flex-sso revert` and choose ' +
              '`--setup-type modify`, which leaves it as it is.',
          },
        ],
      },
    },
  ];
}
