import { inputError } from '../errors.js';
import type { IdentityProviderData } from '../migration/state.js';
import type { Binding } from './authn-request.js';
import { type Certificate, readCertificate } from './certificate.js';
import { childrenOf, namespaces, readXml, type XmlElement } from './xml.js';

/** What an identity provider publishes of itself. All of it is remote text. */
export interface Metadata {
  entityId: string;
  ssoUrls: Readonly<Partial<Record<Binding, string>>>;
  /** The signing certificates, each once; nothing in metadata says which one is active. */
  certificates: readonly Certificate[];
}

const download = "Download the identity provider's SAML metadata of the application that Flex uses.";

/**
 * Reads SAML 2.0 metadata. Where it describes several identity providers, `activeThumbprint` chooses the one that holds that
 * certificate. Throws an input error that says what the document is instead.
 */
export function readMetadata(xml: string, options: { activeThumbprint?: string } = {}): Metadata {
  const root = readXml(xml, 'SAML metadata');
  const entities = entitiesIn(root);
  if (entities.length === 0)
    throw inputError('metadata-other', `This XML is no SAML metadata, but <${root.name.slice(0, 60)}>.`, download);
  const providers = entities.filter(entity => roles(entity, 'IDPSSODescriptor').length > 0).map(describe);
  if (providers.length === 0)
    throw inputError('metadata-no-identity-provider', 'This metadata describes no identity provider.', download);
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

/**
 * The three values that Flex needs. `thumbprint` (SHA-1, hex) names the active certificate; without it there must be exactly one
 * that is valid now. Redirect is preferred, as Flex redirects. Throws an input error that names the certificates to choose from;
 * 'metadata-certificate-not-listed' where the named one is not there (yet: a new one may take minutes).
 */
export function identityProviderData(
  metadata: Metadata,
  options: { thumbprint?: string; binding?: Binding } = {},
): IdentityProviderData {
  const { 'HTTP-Redirect': redirect, 'HTTP-POST': post } = metadata.ssoUrls;
  const ssoUrl = options.binding === 'HTTP-POST' ? (post ?? redirect) : (redirect ?? post);
  if (!ssoUrl)
    throw inputError('metadata-no-sso-url', 'This metadata names no single sign-on URL that Flex could use.', download);
  const certificate = activeCertificate(metadata, options.thumbprint);
  return { issuer: metadata.entityId, ssoUrl, certificate: certificate.pem };
}

function activeCertificate({ certificates }: Metadata, thumbprint?: string): Certificate {
  if (thumbprint) {
    const named = certificates.find(certificate => certificate.thumbprint === normalized(thumbprint));
    if (named) return named;
    throw inputError(
      'metadata-certificate-not-listed',
      `This metadata does not list the certificate ${normalized(thumbprint)}, but ${listed(certificates) || 'none'}.`,
      'A new certificate can take minutes to be listed: try again, or check which one is active.',
    );
  }
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

function entitiesIn(element: XmlElement): XmlElement[] {
  if (element.namespace !== namespaces.metadata) return [];
  if (element.name === 'EntityDescriptor') return [element];
  return element.name === 'EntitiesDescriptor' ? element.children.flatMap(entitiesIn) : [];
}

function describe(entity: XmlElement): Metadata {
  const entityId = entity.attributes.get('entityID')?.trim();
  if (!entityId) throw inputError('metadata-no-entity-id', 'This metadata names no Entity ID.', download);
  const providers = roles(entity, 'IDPSSODescriptor');
  const certificates = certificatesIn(providers);
  return {
    entityId,
    ssoUrls: Object.fromEntries(providers.flatMap(ssoUrls).reverse()),
    // Entra repeats its keys in WS-Federation's roles, and once listed some there alone.
    certificates: certificates.length > 0 ? certificates : certificatesIn(roles(entity, 'RoleDescriptor')),
  };
}

const roles = (entity: XmlElement, name: string) => childrenOf(entity, namespaces.metadata, name);

function ssoUrls(provider: XmlElement): [Binding, string][] {
  return childrenOf(provider, namespaces.metadata, 'SingleSignOnService').flatMap(service => {
    const binding = /^urn:oasis:names:tc:SAML:2\.0:bindings:(HTTP-Redirect|HTTP-POST)$/.exec(
      service.attributes.get('Binding') ?? '',
    )?.[1] as Binding | undefined;
    if (!binding) return [];
    const location = service.attributes.get('Location')?.trim() ?? '';
    if (URL.canParse(location) && /^https?:$/.test(new URL(location).protocol)) return [[binding, location]];
    const shown = location.slice(0, 100);
    throw inputError('metadata-sso-url-invalid', `The single sign-on URL in this metadata is "${shown}".`, download);
  });
}

function certificatesIn(descriptors: readonly XmlElement[]): Certificate[] {
  const signing = descriptors
    .flatMap(descriptor => childrenOf(descriptor, namespaces.metadata, 'KeyDescriptor'))
    .filter(key => (key.attributes.get('use') ?? 'signing') === 'signing');
  const found = signing
    .flatMap(key => childrenOf(key, namespaces.signature, 'KeyInfo'))
    .flatMap(info => childrenOf(info, namespaces.signature, 'X509Data'))
    .flatMap(data => childrenOf(data, namespaces.signature, 'X509Certificate'))
    .map(element => readCertificate(element.text));
  return [...new Map(found.map(certificate => [certificate.thumbprint, certificate])).values()];
}

const listed = (certificates: readonly Certificate[]) =>
  certificates
    .map(({ thumbprint, validity, validFrom, validTo, subject }) => {
      const days = `${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`;
      return `${thumbprint} (${subject.slice(0, 80)}; ${validity.replaceAll('-', ' ')}, ${days})`;
    })
    .join('; ');

const normalized = (thumbprint: string) => thumbprint.replace(/[^0-9a-f]/gi, '').toUpperCase();
