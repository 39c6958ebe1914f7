import type { Cloud } from '../../endpoints.js';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Instruction } from '../../migration/state.js';
import type { Change } from '../../migration/step.js';
import { type ClaimsEntry, describeSource } from './claims.js';
import { enterpriseApplicationsPage } from './cloud.js';
import type { LegacyClaims } from './legacy-claims.js';
import { asFlexNeeds } from './mended-claims.js';

/** The `resource` of claims that a person adds on the claims page of the portal. */
export const portalClaims = 'portalClaims';

/**
 * What a person does on the claims page of the portal where no policy can take its place, in the words of that page. Source:
 * Microsoft's page about customizing SAML token claims. `wanted` are the claims as Flex needs them.
 */
export function portalClaimsByHand(
  { displayName, appId }: ApplicationIds,
  { why, wanted, legacy, cloud }: { why: string; wanted: readonly ClaimsEntry[]; legacy: LegacyClaims; cloud: Cloud },
): Change {
  const names = wanted.map(({ SamlClaimType }) => SamlClaimType).join(', ');
  const title = `Attributes & Claims by hand: ${asFlexNeeds(wanted)}`;
  const isThere = ({ SamlClaimType: name }: ClaimsEntry) => legacy.entries.some(entry => entry.SamlClaimType === name);
  return {
    action: 'manual',
    resource: portalClaims,
    key: appId,
    title,
    before: null,
    after: Object.fromEntries(wanted.map(entry => [entry.SamlClaimType, describeSource(entry)])),
    instruction: {
      who: 'identity-provider-administrator',
      summary: `${title}. ${why} So flex-sso sets no policy in its place.`,
      page: enterpriseApplicationsPage(cloud),
      tasks: [
        { do: 'read', text: `All applications are listed there. Look for "${displayName}" (${appId}).` },
        { do: 'click', label: displayName },
        { do: 'click', label: 'Single sign-on' },
        { do: 'read', text: 'Choose Edit in the section with this name:' },
        { do: 'click', label: 'Attributes & Claims' },
        ...(legacy.assumed
          ? [
              read(
                `Flex needs ${names}, each with an empty Namespace. Those that are listed like this are right: leave them.`,
              ),
            ]
          : []),
        ...wanted.flatMap(entry => (isThere(entry) ? edit(entry) : add(entry))),
        read(
          'Leave every other claim as it is, the Unique User Identifier (Name ID) above all: another one makes new, billed Workers.',
        ),
      ],
    },
  };
}

type Tasks = Instruction['tasks'];

const read = (text: string): Tasks[number] => ({ do: 'read', text });

const add = (entry: ClaimsEntry): Tasks => [
  { do: 'click', label: 'Add new claim' },
  { do: 'enter', label: 'Name', value: entry.SamlClaimType ?? '' },
  { do: 'enter', label: 'Namespace', value: '' },
  ...save(entry),
];

const edit = (entry: ClaimsEntry): Tasks => [{ do: 'click', label: entry.SamlClaimType ?? '' }, ...save(entry)];

const save = (entry: ClaimsEntry): Tasks => [
  { do: 'enter', label: 'Source attribute', value: describeSource(entry) },
  { do: 'click', label: 'Save' },
];
