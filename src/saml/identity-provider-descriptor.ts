import { FlexSsoError, inputError } from '../errors.js';
import type { Binding } from './authn-request.js';
import { type Certificate, readCertificate } from './certificate.js';
import { childrenOf, namespaces, type XmlElement } from './xml.js';

/** What an identity provider publishes of itself. All of it is remote text. */
export interface Metadata {
  /** Without the white space around it. */
  entityId: string;
  /** As it is written, where that is not a URI. */
  writtenEntityId?: string;
  /** The protocols of an identity provider that does not support SAML 2.0. */
  otherProtocols?: string;
  ssoUrls: Readonly<Partial<Record<Binding, string>>>;
  /** What is named as such a URL, and is none. */
  unusable: readonly { binding: Binding; location: string }[];
  /** The signing certificates, each once; nothing in metadata says which one is active. */
  certificates: readonly Certificate[];
  /** How many signing certificates are there that cannot be read. */
  unreadable: number;
  /** Until when it may be used, where it says so: the earliest of what it and what is around it names. A time, as it was written. */
  validUntil?: string;
}

/** What to do where metadata is of no use. */
export const download = "Download the identity provider's SAML metadata of the application that Flex uses.";

/**
 * The identity providers that a document describes, on its own or in a list; one that has no name takes nothing from the others. Throws an
 * input error if none of them has one, and if the document is something else.
 */
export function identityProvidersIn(root: XmlElement): Metadata[] {
  const entities = entitiesIn(root, []);
  if (entities.length === 0) {
    refuseOutsideNamespace(root, entityNames, namespaces.metadata);
    throw inputError('metadata-other', `This XML is not SAML metadata, but <${root.name.slice(0, 60)}>.`, download);
  }
  const providers = entities.filter(({ element }) => roles(element, 'IDPSSODescriptor').length > 0);
  if (providers.length === 0) refuseOutsideNamespace(root, ['IDPSSODescriptor'], namespaces.metadata);
  const named = providers.filter(({ element }) => entityIdOf(element) !== '');
  if (providers.length > 0 && named.length === 0)
    throw inputError('metadata-no-entity-id', 'This metadata names no Entity ID.', download);
  return named.map(describe);
}

const entityNames = ['EntityDescriptor', 'EntitiesDescriptor'];

/** Without its namespace an element is another one, to every reader; this is said of the first that has one of these names. */
function refuseOutsideNamespace(root: XmlElement, names: readonly string[], namespace: string): void {
  const strange = elementsIn(root).find(element => names.includes(element.name) && element.namespace !== namespace);
  if (!strange) return;
  const seen = strange.namespace ? `another namespace, "${strange.namespace.slice(0, 100)}"` : 'no namespace';
  throw inputError(
    'metadata-namespace',
    `<${strange.name}> in this metadata has ${seen}. It needs xmlns="${namespace}".`,
    download,
  );
}

const elementsIn = (root: XmlElement): XmlElement[] => [root, ...root.children.flatMap(elementsIn)];

const entityIdOf = (entity: XmlElement) => entity.attributes.get('entityID')?.trim() ?? '';

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
  const providers = roles(element, 'IDPSSODescriptor');
  const found = certificatesIn(providers);
  // Entra repeats its keys in WS-Federation's roles, and once listed some there alone.
  const isThere = found.certificates.length + found.unreadable > 0;
  if (!isThere && providers.some(provider => childrenOf(provider, namespaces.metadata, 'KeyDescriptor').length > 0))
    for (const provider of providers)
      refuseOutsideNamespace(provider, ['KeyInfo', 'X509Data', 'X509Certificate'], namespaces.signature);
  const speaking = providers.filter(speaksSaml2);
  const services = (speaking.length > 0 ? speaking : providers).flatMap(ssoServices);
  const written = element.attributes.get('entityID') ?? '';
  const [validUntil] = [...ends, ...providers.flatMap(endOf)].sort((a, b) => Date.parse(a) - Date.parse(b));
  return {
    entityId: entityIdOf(element),
    ...(/\s/.test(written) && { writtenEntityId: written }),
    ...(speaking.length === 0 && { otherProtocols: providers.map(protocolsOf).join(' ') }),
    ssoUrls: Object.fromEntries(
      services
        .filter(isUsable)
        .map(({ binding, location }) => [binding, location])
        .reverse(),
    ),
    unusable: services.filter(service => !isUsable(service)),
    ...(isThere ? found : certificatesIn(roles(element, 'RoleDescriptor'))),
    ...(validUntil !== undefined && { validUntil }),
  };
}

const protocolsOf = ({ attributes }: XmlElement) => attributes.get('protocolSupportEnumeration')?.trim() ?? '';

/** Metadata that is written by hand may lack the list of protocols, which SAML demands: it is then taken for SAML 2.0. */
function speaksSaml2(provider: XmlElement): boolean {
  const protocols = protocolsOf(provider);
  return protocols === '' || protocols.split(/\s+/).includes(namespaces.protocol);
}

const roles = (entity: XmlElement, name: string) => childrenOf(entity, namespaces.metadata, name);

function ssoServices(provider: XmlElement): { binding: Binding; location: string }[] {
  return childrenOf(provider, namespaces.metadata, 'SingleSignOnService').flatMap(service => {
    const binding = /^urn:oasis:names:tc:SAML:2\.0:bindings:(HTTP-Redirect|HTTP-POST)$/.exec(
      service.attributes.get('Binding')?.trim() ?? '',
    )?.[1] as Binding | undefined;
    return binding ? [{ binding, location: service.attributes.get('Location')?.trim() ?? '' }] : [];
  });
}

const isUsable = ({ location }: { location: string }) =>
  URL.canParse(location) && /^https?:$/.test(new URL(location).protocol);

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
