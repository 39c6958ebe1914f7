import { inputError } from '../errors.js';
import type { IdentityProviderData } from '../migration/facts.js';
import type { Binding } from './authn-request.js';
import type { Certificate } from './certificate.js';
import { download, identityProvidersIn, type Metadata } from './identity-provider-descriptor.js';
import { limits } from './limits.js';
import { isTemplate } from './template.js';
import { readXml } from './xml.js';
import { documentIn } from './xml-in-text.js';

/**
 * Reads SAML 2.0 metadata. Where it describes several identity providers, `activeThumbprint` chooses the one that holds that
 * certificate. Throws an input error that says what the document is instead.
 */
export function readMetadata(xml: string, options: { activeThumbprint?: string } = {}): Metadata {
  const providers = readIdentityProviders(xml);
  const wanted = options.activeThumbprint && normalized(options.activeThumbprint);
  const chosen =
    providers.length === 1
      ? providers
      : providers.filter(provider => provider.certificates.some(held => held.thumbprint === wanted));
  const [only] = chosen;
  if (only && chosen.length === 1) return only;
  const names = providers.map(provider => provider.entityId);
  throw inputError(
    'metadata-several-identity-providers',
    `This metadata describes ${providers.length} identity providers: ${names.slice(0, 5).join(', ')}.`,
    download,
  );
}

/** All the identity providers that SAML 2.0 metadata describes, one at least; otherwise as `readMetadata`. */
export function readIdentityProviders(xml: string): readonly Metadata[] {
  const document = documentIn(xml, ['EntityDescriptor', 'EntitiesDescriptor']);
  const providers = identityProvidersIn(readXml(document, 'SAML metadata', limits.metadata));
  if (providers.length === 0)
    throw inputError('metadata-no-identity-provider', 'This metadata describes no identity provider.', download);
  return providers;
}

/**
 * The three values that Flex needs. `thumbprint` (SHA-1, hex) names the active certificate; without it there must be exactly one
 * that is valid now. Redirect is preferred, as Flex redirects. Throws an input error that names the certificates to choose from;
 * 'metadata-certificate-not-listed' where the named one is not there (yet: a new one may take minutes).
 */
export function identityProviderData(
  metadata: Metadata,
  options: { thumbprint?: string; binding?: Binding } = {},
): IdentityProviderData {
  if (metadata.otherProtocols !== undefined)
    throw inputError(
      'metadata-saml2-unsupported',
      `This identity provider does not support SAML 2.0, but ${metadata.otherProtocols.slice(0, 100)}.`,
      download,
    );
  const { 'HTTP-Redirect': redirect, 'HTTP-POST': post } = metadata.ssoUrls;
  const ssoUrl = options.binding === 'HTTP-POST' ? (post ?? redirect) : (redirect ?? post);
  const [unusable] = metadata.unusable;
  if (!ssoUrl && unusable)
    throw inputError(
      'metadata-sso-url-invalid',
      `The single sign-on URL in this metadata is "${unusable.location.slice(0, 100)}".`,
      download,
    );
  if (!ssoUrl)
    throw inputError('metadata-no-sso-url', 'This metadata names no single sign-on URL that Flex could use.', download);
  const template = [metadata.entityId, ssoUrl].find(isTemplate);
  if (template)
    throw inputError(
      'metadata-template',
      `This metadata belongs to no tenant: "${template.slice(0, 100)}" is a template.`,
      download,
    );
  const certificate = activeCertificate(metadata, options.thumbprint);
  return { issuer: metadata.entityId, ssoUrl, certificate: certificate.pem };
}

function activeCertificate({ certificates, unreadable }: Metadata, thumbprint?: string): Certificate {
  if (thumbprint) {
    const named = certificates.find(certificate => certificate.thumbprint === normalized(thumbprint));
    if (named) return named;
    throw inputError(
      'metadata-certificate-not-listed',
      `This metadata does not list the certificate ${normalized(thumbprint)}, but ${listed(certificates) || 'none'}.`,
      'A new certificate can take minutes to be listed: try again, or check which one is active.',
    );
  }
  // The one that cannot be read may be the one that it signs with.
  if (unreadable > 0)
    throw inputError('certificate-garbled', 'A certificate in this metadata is garbled or cut off.', download);
  if (certificates.length === 0)
    throw inputError('metadata-no-certificate', 'This metadata holds no signing certificate.', download);
  const valid = certificates.filter(certificate => certificate.validity === 'valid');
  if (valid.length === 1 && valid[0]) return valid[0];
  const count = valid.length === 0 ? 'no signing certificate that is valid now' : `${valid.length} valid certificates`;
  throw inputError(
    'metadata-certificate-unclear',
    `This metadata holds ${count}: ${listed(certificates)}.`,
    'Ask which one the identity provider signs with, save it as a file, and name it with `--certificate` too.',
  );
}

const listed = (certificates: readonly Certificate[]) =>
  certificates
    .map(({ thumbprint, validity, validFrom, validTo, subject }) => {
      const days = `${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`;
      return `${thumbprint} (${subject.slice(0, 80)}; ${validity.replaceAll('-', ' ')}, ${days})`;
    })
    .join('; ');

const normalized = (thumbprint: string) => thumbprint.replace(/[^0-9a-f]/gi, '').toUpperCase();
