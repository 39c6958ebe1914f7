import { parse } from 'node-html-parser';
import { findSamlRequest } from './authn-request.js';

/** A SAML message as a browser sends it, still encoded. */
export interface SamlParameter {
  name: 'SAMLResponse' | 'SAMLRequest';
  value: string;
  /** Where a request is sent, where the text says so. */
  ssoUrl?: string;
}

/** The message in the body of a form, in a command that a browser copies ("Copy as cURL", "… as fetch"), or in JSON. */
export function parameterInText(text: string): SamlParameter | undefined {
  return inForm(text) ?? inJson(text);
}

function inForm(text: string): SamlParameter | undefined {
  const at = text.search(/(?<=^|[&?\s'"])SAML(Response|Request)=/);
  if (at < 0) return undefined;
  // A command quotes the body, and for Windows puts a caret before what the shell would take for its own.
  const [body = ''] = text.slice(at).split(/["'`]/, 1);
  const parameters = new URLSearchParams(body.replace(/[\r\n^]+/g, ''));
  for (const name of ['SAMLResponse', 'SAMLRequest'] as const) {
    const value = parameters.get(name);
    if (value) return { name, value };
  }
  return undefined;
}

function inJson(text: string): SamlParameter | undefined {
  const [, name, value] = /"(SAMLResponse|SAMLRequest)"\s{0,9}:\s{0,9}("[^"]+")/.exec(text) ?? [];
  if (!name || !value) return undefined;
  try {
    return { name: name as SamlParameter['name'], value: JSON.parse(value) as string };
  } catch {
    return undefined;
  }
}

/** The message in a page with a form. Only the field and its form are parsed: a parser of pages can be kept busy for minutes. */
export function parameterInPage(page: string): SamlParameter | undefined {
  const at = page.search(/\bname\s{0,9}=\s{0,9}["']?SAML(Response|Request)\b/i);
  if (at < 0) return undefined;
  const [form, input] = [
    tagAt(page, page.slice(0, at).toLowerCase().lastIndexOf('<form')),
    tagAt(page, page.lastIndexOf('<', at)),
  ];
  const field = parse(input, { lowerCaseTagName: true }).querySelector('input');
  const value = field?.getAttribute('value');
  if (value && field?.getAttribute('name') === 'SAMLResponse') return { name: 'SAMLResponse', value };
  const found = findSamlRequest(`${form}${input}</form>`);
  return found && { name: 'SAMLRequest', value: found.message, ssoUrl: found.ssoUrl };
}

const tagAt = (page: string, start: number) => (start < 0 ? '' : page.slice(start, page.indexOf('>', start) + 1));
