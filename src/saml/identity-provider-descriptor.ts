import { FlexSsoError, inputError } from '../errors.js';
import type { Binding } from './authn-request.js';
import { type Certificate, readCertificate } from './certificate.js';
import { childrenOf, namespaces, type XmlElement } from './xml.js';

/** What an identity provider publishes of itself. All of it is remote text. */
export interface Metadata {
  entityId: string;
  ssoUrls: Readonly<Partial<Record<Binding, string>>>;
  /** The signing certificates, each once; nothing in metadata says which one is active. */
  certificates: readonly Certificate[];
  /** How many signing certificates are there that cannot be read. */
  unreadable: number;
  /** Until when it may be used, where it says so: the earliest of what it and what is around it names. A time, as it was written. */
  validUntil?: string;
}

/** What to do where metadata is of no use. */
export const download = "Download the identity provider's SAML metadata of the application that Flex uses.";

/** The identity providers that a document describes, on its own or in a list. Throws an input error where one of them is of no use. */
export function identityProvidersIn(root: XmlElement): Metadata[] {
  const entities = entitiesIn(root, []);
  if (entities.length === 0)
    throw inputError('metadata-other', `This XML is no SAML metadata, but <${root.name.slice(0, 60)}>.`, download);
  return entities.filter(({ element }) => roles(element, 'IDPSSODescriptor').length > 0).map(describe);
}

interface Entity {
  element: XmlElement;
  /** `validUntil` of what it stands in, from the outermost on. */
  ends: readonly string[];
}

function entitiesIn(element: XmlElement, outer: readonly string[]): Entity[] {
  if (element.namespace !== namespaces.metadata) return [];
  const ends = [...outer, ...endOf(element)];
  if (element.name === 'EntityDescriptor') return [{ element, ends }];
  return element.name === 'EntitiesDescriptor' ? element.children.flatMap(child => entitiesIn(child, ends)) : [];
}

function endOf({ attributes }: XmlElement): string[] {
  const end = attributes.get('validUntil')?.trim() ?? '';
  return Number.isNaN(Date.parse(end)) ? [] : [end];
}

function describe({ element, ends }: Entity): Metadata {
  const entityId = element.attributes.get('entityID')?.trim();
  if (!entityId) throw inputError('metadata-no-entity-id', 'This metadata names no Entity ID.', download);
  const providers = roles(element, 'IDPSSODescriptor');
  const found = certificatesIn(providers);
  // Entra repeats its keys in WS-Federation's roles, and once listed some there alone.
  const isThere = found.certificates.length + found.unreadable > 0;
  const [validUntil] = [...ends, ...providers.flatMap(endOf)].sort((a, b) => Date.parse(a) - Date.parse(b));
  return {
    entityId,
    ssoUrls: Object.fromEntries(providers.flatMap(ssoUrls).reverse()),
    ...(isThere ? found : certificatesIn(roles(element, 'RoleDescriptor'))),
    ...(validUntil !== undefined && { validUntil }),
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

function certificatesIn(descriptors: readonly XmlElement[]): Pick<Metadata, 'certificates' | 'unreadable'> {
  const read = descriptors
    .flatMap(descriptor => childrenOf(descriptor, namespaces.metadata, 'KeyDescriptor'))
    .filter(key => (key.attributes.get('use') ?? 'signing') === 'signing')
    .flatMap(key => childrenOf(key, namespaces.signature, 'KeyInfo'))
    .flatMap(info => childrenOf(info, namespaces.signature, 'X509Data'))
    .flatMap(data => childrenOf(data, namespaces.signature, 'X509Certificate'))
    .map(({ text }) => certificateIn(text));
  const certificates = read.filter(certificate => certificate !== undefined);
  return {
    certificates: [...new Map(certificates.map(certificate => [certificate.thumbprint, certificate])).values()],
    unreadable: read.length - certificates.length,
  };
}

/** One that is garbled takes nothing from the others. */
function certificateIn(text: string): Certificate | undefined {
  try {
    return readCertificate(text);
  } catch (error) {
    if (error instanceof FlexSsoError) return undefined;
    throw error;
  }
}
