import type { IdentityProviderData } from '../migration/facts.js';
import type { Binding } from '../saml/authn-request.js';
import type { Certificate } from '../saml/certificate.js';
import type { Signature } from '../saml/signature.js';
import type { Expected } from './expected.js';
import type { Finding } from './finding.js';

/** Who a verified response says has logged in; read from what was signed. Personal data. */
export interface Identity {
  nameId?: string;
  nameIdFormat?: string;
  attributes: readonly { name: string; values: readonly string[] }[];
}

/**
 * A certificate as it is listed. `active`: whether the migration recorded it as the one that the identity provider signs with, and when
 * (ISO 8601); absent where nothing is recorded.
 */
export interface ListedCertificate
  extends Pick<Certificate, 'thumbprint' | 'subject' | 'validFrom' | 'validTo' | 'validity'> {
  active?: boolean;
  activeAsOf?: string;
}

/** What a message says beside the person: addresses, names of systems, certificates. Remote text. */
export interface Details {
  issuer?: string | undefined;
  /** Whom the message is for: the Audience, or the Issuer of an AuthnRequest. */
  entityId?: string | undefined;
  acsUrl?: string | undefined;
  ssoUrls?: Readonly<Partial<Record<Binding, string>>>;
  ssoUrl?: IdentityProviderData['ssoUrl'] | undefined;
  nameIdFormat?: string | undefined;
  /** Whether an AuthnRequest carries a signature; nobody verifies it here. */
  signed?: boolean;
  /** What a message claims, and nobody has verified. */
  unverified?: Readonly<Partial<Record<'issuer' | 'entityId' | 'acsUrl', string>>>;
  signatures?: readonly Pick<Signature, 'of' | 'algorithm' | 'digestAlgorithm' | 'outcome'>[];
  certificates?: readonly ListedCertificate[];
  /** Where metadata describes several: the Entity ID of each. */
  identityProviders?: readonly string[];
}

/**
 * From the best to the worst. `unverified`: no fault is found, and nobody knows who wrote it. `rejected`: nothing in it may be believed, and Flex refuses it. `problems`: something must be fixed, or watched. `ok`: nothing.
 */
export const verdicts = ['ok', 'unverified', 'problems', 'rejected'] as const;
export type Verdict = (typeof verdicts)[number];

/** What one message is, and what is wrong with it. */
export interface Diagnosis {
  kind: 'response' | 'authn-request' | 'logout' | 'metadata' | 'certificate' | 'refusal' | 'unknown';
  verdict: Verdict;
  /** The one to mend first at the front. */
  findings: readonly Finding[];
  details: Details;
  /** It is no part of a login to Flex: said what it is, and not judged. */
  aside?: true;
  /** What could not be checked, and what it would take. */
  notChecked?: readonly string[];
  /** Only where every signature was verified. */
  identity?: Identity;
}

/** The verdict on what may be believed, from its findings. */
export const verdictOn = (findings: readonly Finding[]): Verdict =>
  findings.some(({ severity }) => severity !== 'info') ? 'problems' : 'ok';

export const listed = (certificate: Certificate, recorded: Expected['recorded']): ListedCertificate => {
  const { thumbprint, subject, validFrom, validTo, validity } = certificate;
  const active = recorded?.thumbprints.includes(thumbprint);
  const activeAsOf = recorded?.at;
  return {
    ...{ thumbprint, subject, validFrom, validTo, validity },
    ...(active !== undefined && { active }),
    ...(activeAsOf !== undefined && { activeAsOf }),
  };
};
