import { childElements } from './strict-document.js';
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
    ...given({
      issuer: textOf(response, saml, 'Issuer'),
      destination: response.getAttribute('Destination'),
      inResponseTo: response.getAttribute('InResponseTo'),
      issueInstant: response.getAttribute('IssueInstant'),
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
      .map(data =>
        given({
          recipient: data.getAttribute('Recipient'),
          inResponseTo: data.getAttribute('InResponseTo'),
          notOnOrAfter: data.getAttribute('NotOnOrAfter'),
        }),
      ),
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
    ...given({
      issuer: textOf(assertion, saml, 'Issuer'),
      issueInstant: assertion.getAttribute('IssueInstant'),
      notBefore: conditions?.getAttribute('NotBefore'),
      notOnOrAfter: conditions?.getAttribute('NotOnOrAfter'),
      authnInstant: authentication?.getAttribute('AuthnInstant'),
      sessionNotOnOrAfter: authentication?.getAttribute('SessionNotOnOrAfter'),
    }),
  };
}

function statusCodes(parent: Element): string[] {
  const code = childElements(parent, protocol, 'StatusCode')[0];
  if (!code) return [];
  const value = (code.getAttribute('Value') ?? '').replace('urn:oasis:names:tc:SAML:2.0:status:', '');
  return [value, ...statusCodes(code)];
}

const textOf = (parent: Element, namespace: string, name: string) =>
  childElements(parent, namespace, name)[0]?.textContent?.trim();

/** What is there and not empty. */
function given<K extends string>(values: Record<K, string | null | undefined>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as Partial<Record<K, string>>;
}
