import { FlexSsoError } from '../../errors.js';
import { type ClaimsEntry, nameIdentifier } from './claims.js';
import { GraphError, type GraphReader } from './client.js';
import { permissionMissing } from './permissions.js';

/** A method of claims transformations: the part of an address before its `@`. */
export const extractMailPrefix = 'ExtractMailPrefix';

/** What the claims page of the portal holds, in the form of a claims mapping policy. */
export interface PortalClaims {
  entries: readonly ClaimsEntry[];
  transformations: readonly unknown[];
  /** Names of claims that no such policy can make: they depend on conditions, or on transformations of the portal. */
  lost: readonly string[];
  includesBasicClaims: boolean;
  /** What the page says besides and no such policy does, in words. */
  settings: readonly string[];
}

/** Why the claims page of the portal cannot be read: beta is in the global cloud alone, and not for everybody who may read policies. */
export type Unread = 'not-there' | 'not-allowed';

/** What the page holds, or why it cannot be read. A Graph that is busy or in trouble is neither: that is thrown, as everything else is. */
export async function readPortalClaims(graph: GraphReader, principalId: string): Promise<PortalClaims | Unread> {
  try {
    const answer = await graph.find<PortalPolicy | { value: readonly PortalPolicy[] }>(
      `/beta/servicePrincipals/${principalId}/claimsPolicy`,
    );
    // Microsoft's page shows a collection, and a single object where it describes the answer.
    const policy = answer && 'value' in answer ? answer.value[0] : answer;
    return Array.isArray(policy?.claims) ? fromPortal(policy, policy.claims) : 'not-there';
  } catch (error) {
    if (error instanceof FlexSsoError && error.code === permissionMissing) return 'not-allowed';
    if (error instanceof GraphError && error.status === 403) return 'not-allowed';
    // National clouds do not know the request.
    if (error instanceof GraphError && error.status === 400) return 'not-there';
    throw error;
  }
}

/** Beta, so anything may be absent. */
interface PortalPolicy {
  includeBasicClaimSet?: boolean;
  includeApplicationIdInIssuer?: boolean;
  audienceOverride?: string | null;
  groupFilter?: unknown;
  claims?: readonly PortalClaim[];
}

interface PortalClaim {
  '@odata.type'?: string;
  name?: string;
  namespace?: string | null;
  nameIdFormat?: string | null;
  serviceProviderNameQualifier?: string | null;
  configurations?:
    | readonly {
        condition?: PortalCondition | null;
        transformations?: readonly PortalTransformation[] | null;
        attribute?: PortalAttribute | null;
      }[]
    | null;
}

interface PortalCondition {
  userType?: string;
  memberOf?: readonly string[] | null;
}

interface PortalAttribute {
  id?: string;
  source?: string;
  value?: string;
  isExtensionAttribute?: boolean;
}

interface PortalTransformation {
  '@odata.type'?: string;
  input?: { attribute?: PortalAttribute | null } | null;
}

const isNameId = (claim: PortalClaim) => claim['@odata.type']?.endsWith('samlNameIdClaim') || claim.name === undefined;

function fromPortal(policy: PortalPolicy, claims: readonly PortalClaim[]): PortalClaims {
  const entries: ClaimsEntry[] = [];
  const transformations = new Map<string, unknown>();
  const lost: string[] = [];
  for (const claim of claims) {
    const bare = claim.name ?? '';
    const SamlClaimType = isNameId(claim) ? nameIdentifier : claim.namespace ? `${claim.namespace}/${bare}` : bare;
    const [only, ...more] = claim.configurations ?? [];
    const isSimple = only && more.length === 0 && !isConditional(only.condition);
    const [transformation, ...others] = only?.transformations ?? [];
    const entry = isSimple && !transformation ? entryOf(only.attribute) : undefined;
    const input = isSimple && others.length === 0 ? mailPrefixInput(transformation) : undefined;
    if (entry) entries.push({ ...entry, SamlClaimType });
    else if (input) {
      const id = `${extractMailPrefix}_${input.ID}`;
      if (!transformations.has(id)) entries.push(input);
      entries.push({ Source: 'transformation', ID: id, TransformationId: id, SamlClaimType });
      transformations.set(id, mailPrefix(id, input.ID ?? ''));
    } else lost.push(SamlClaimType);
  }
  return {
    entries,
    transformations: [...transformations.values()],
    lost,
    includesBasicClaims: policy.includeBasicClaimSet === true,
    settings: settingsOf(policy, claims.find(isNameId)),
  };
}

const isConditional = (condition: PortalCondition | null | undefined) =>
  Boolean(condition) && (condition?.userType !== 'any' || (condition.memberOf ?? []).length > 0);

/** A claim that is one attribute or one constant; `undefined` for every other. */
function entryOf(attribute: PortalAttribute | null | undefined): ClaimsEntry | undefined {
  const { id, source, value, isExtensionAttribute } = attribute ?? {};
  if (value !== undefined && id === undefined) return { Value: value };
  if (!id) return undefined;
  return isExtensionAttribute ? { Source: source ?? 'user', ExtensionID: id } : { Source: source ?? 'user', ID: id };
}

/** The attribute before whose `@` a claim ends; the one transformation of the portal whose meaning in a policy is certain. */
function mailPrefixInput(transformation: PortalTransformation | undefined): ClaimsEntry | undefined {
  if (!transformation?.['@odata.type']?.endsWith('.extractMailPrefixTransformation')) return undefined;
  const entry = entryOf(transformation.input?.attribute);
  return entry?.ID ? entry : undefined;
}

const mailPrefix = (id: string, attribute: string) => ({
  ID: id,
  TransformationMethod: extractMailPrefix,
  InputClaims: [{ ClaimTypeReferenceId: attribute, TransformationClaimType: 'mail' }],
  OutputClaims: [{ ClaimTypeReferenceId: id, TransformationClaimType: 'outputClaim' }],
});

/** Formats that Entra chooses by itself, or that say nothing. */
const usualFormats = [undefined, null, 'default', 'unspecified', 'emailAddress'];

/** Whether these still hold beside a claims mapping policy is not known; another issuer or audience would lock everybody out. */
function settingsOf(policy: PortalPolicy, nameId: PortalClaim | undefined): string[] {
  return [
    ...(policy.audienceOverride ? ['an audience of its own'] : []),
    ...(policy.includeApplicationIdInIssuer === true ? ['the application ID in the issuer'] : []),
    ...(policy.groupFilter ? ['a filter of groups'] : []),
    ...(usualFormats.includes(nameId?.nameIdFormat) ? [] : [`the NameID format ${nameId?.nameIdFormat}`]),
    ...(nameId?.serviceProviderNameQualifier ? ['a qualifier of the NameID'] : []),
  ];
}
