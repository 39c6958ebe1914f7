import { childElements, elementsIn } from './strict-document.js';
import { namespaces } from './xml.js';

/** What surrounds an assertion. All of it is remote text; times as they were written. */
export interface Envelope {
  id: string;
  issuer?: string;
  destination?: string;
  inResponseTo?: string;
  issueInstant?: string;
  /** The status codes from the outermost to the innermost, without `urn:oasis:names:tc:SAML:2.0:status:`. */
  status: readonly string[];
  /** What the identity provider says of a login that failed: StatusMessage, and the text in StatusDetail. */
  statusMessage?: string;
}

/** What an assertion says. All of it is remote text; times as they were written. */
export interface Assertion {
  id: string;
  issuer?: string;
  issueInstant?: string;
  nameId?: { value: string; format?: string };
  confirmations: readonly { recipient?: string; inResponseTo?: string; notOnOrAfter?: string }[];
  notBefore?: string;
  notOnOrAfter?: string;
  audiences: readonly string[];
  authnInstant?: string;
  sessionNotOnOrAfter?: string;
  attributes: readonly { name: string; values: readonly string[] }[];
}

const { assertion: saml, protocol } = namespaces;

export function readEnvelope(response: Element): Envelope {
  const status = childElements(response, protocol, 'Status')[0];
  return {
    id: response.getAttribute('ID') ?? '',
    status: status ? statusCodes(status) : [],
    ...times(response, { issueInstant: 'IssueInstant' }),
    ...given({
      issuer: textOf(response, saml, 'Issuer'),
      destination: response.getAttribute('Destination'),
      inResponseTo: response.getAttribute('InResponseTo'),
      statusMessage: status && saidIn(status),
    }),
  };
}

export function readAssertion(assertion: Element): Assertion {
  const subject = childElements(assertion, saml, 'Subject')[0];
  const nameId = subject && childElements(subject, saml, 'NameID')[0];
  const conditions = childElements(assertion, saml, 'Conditions')[0];
  const authentication = childElements(assertion, saml, 'AuthnStatement')[0];
  return {
    id: assertion.getAttribute('ID') ?? '',
    confirmations: (subject ? childElements(subject, saml, 'SubjectConfirmation') : [])
      .flatMap(confirmation => childElements(confirmation, saml, 'SubjectConfirmationData'))
      .map(data => ({
        ...given({
          recipient: data.getAttribute('Recipient'),
          inResponseTo: data.getAttribute('InResponseTo'),
        }),
        ...times(data, { notOnOrAfter: 'NotOnOrAfter' }),
      })),
    audiences: (conditions ? childElements(conditions, saml, 'AudienceRestriction') : [])
      .flatMap(restriction => childElements(restriction, saml, 'Audience'))
      .map(audience => audience.textContent?.trim() ?? ''),
    attributes: childElements(assertion, saml, 'AttributeStatement')
      .flatMap(statement => childElements(statement, saml, 'Attribute'))
      .map(attribute => ({
        name: attribute.getAttribute('Name') ?? '',
        values: childElements(attribute, saml, 'AttributeValue').map(value => value.textContent ?? ''),
      })),
    ...(nameId && {
      nameId: { value: nameId.textContent ?? '', ...given({ format: nameId.getAttribute('Format') }) },
    }),
    ...given({ issuer: textOf(assertion, saml, 'Issuer') }),
    ...times(assertion, { issueInstant: 'IssueInstant' }),
    ...times(conditions, { notBefore: 'NotBefore', notOnOrAfter: 'NotOnOrAfter' }),
    ...times(authentication, { authnInstant: 'AuthnInstant', sessionNotOnOrAfter: 'SessionNotOnOrAfter' }),
  };
}

function statusCodes(parent: Element): string[] {
  const code = childElements(parent, protocol, 'StatusCode')[0];
  if (!code) return [];
  const value = (code.getAttribute('Value') ?? '').replace('urn:oasis:names:tc:SAML:2.0:status:', '');
  return [value, ...statusCodes(code)];
}

/** Words that are split over elements stay words. */
const saidIn = (status: Element) =>
  ['StatusMessage', 'StatusDetail']
    .flatMap(name => childElements(status, protocol, name))
    .flatMap(element => elementsIn(element).map(ownText))
    .filter(text => text !== '')
    .join(' ');

const ownText = (element: Element) =>
  Array.from(element.childNodes)
    .map(({ nodeType, nodeValue }) => (nodeType === 1 ? '' : (nodeValue ?? '')))
    .join('')
    .trim();

const textOf = (parent: Element, namespace: string, name: string) =>
  childElements(parent, namespace, name)[0]?.textContent?.trim();

/** The times that are there, as they are written, also where nothing is. */
function times<K extends string>(element: Element | undefined, names: Record<K, string>): Partial<Record<K, string>> {
  const found = Object.entries<string>(names).filter(([, name]) => element?.hasAttribute(name));
  return Object.fromEntries(found.map(([key, name]) => [key, element?.getAttribute(name) ?? ''])) as Partial<
    Record<K, string>
  >;
}

/** What is there and not empty. */
function given<K extends string>(values: Record<K, string | null | undefined>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as Partial<Record<K, string>>;
}
