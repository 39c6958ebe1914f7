import type { ObjectExpression, Property } from 'acorn';
import MagicString from 'magic-string';
import { findAppConfig, findProperty } from './app-config-object.js';

/** The `oauth` object of Twilio's page "Self-hosted Flex: additional SSO configuration". */
export interface OauthConfiguration {
  /** `JQ…` */
  connection: string;
  clientId: string;
  redirectUrl: string;
}

/** The `oauth` object of an appconfig.js, null where there is none. Throws an input error where the file cannot be understood. */
export function readOauth(text: string): OauthConfiguration | null {
  const property = findProperty(findAppConfig(text), 'oauth');
  if (!property) return null;
  const value = (name: string) => {
    const held = property.value.type === 'ObjectExpression' ? findProperty(property.value, name)?.value : undefined;
    return held?.type === 'Literal' && typeof held.value === 'string' ? held.value : '';
  };
  return { connection: value('connection'), clientId: value('clientId'), redirectUrl: value('redirectUrl') };
}

/** Whether an appconfig.js opens the legacy or the enhanced login in a window of its own. Throws like `readOauth`. */
export function usesLoginPopup(text: string): boolean {
  const sso = findProperty(findAppConfig(text), 'sso')?.value;
  const held = sso?.type === 'ObjectExpression' ? findProperty(sso, 'loginPopup')?.value : undefined;
  return held?.type === 'Literal' && held.value === true;
}

/** The same file with this `oauth` object, or without one; every other character stays as it is. */
export function editOauth(text: string, oauth: OauthConfiguration | null): string {
  const appConfig = findAppConfig(text);
  const property = findProperty(appConfig, 'oauth');
  const edited = new MagicString(text);
  const lineBreak = /\r?\n/.exec(text)?.[0] ?? '\n';
  const snippet = (indentation: string) => oauth && oauthSnippet(oauth, lineBreak + indentation);
  if (property) {
    if (oauth) edited.overwrite(property.start, property.end, snippet(indentationOf(text, property.start)) ?? '');
    else removeProperty(edited, appConfig, property);
    return edited.toString();
  }
  if (!oauth) return text;
  const last = appConfig.properties.at(-1);
  if (!last) edited.appendLeft(appConfig.start + 1, `${lineBreak}  ${snippet('  ')}${lineBreak}`);
  else {
    const indentation = indentationOf(text, last.start);
    edited.appendLeft(last.end, `,${lineBreak}${indentation}${snippet(indentation)}`);
  }
  return edited.toString();
}

/** The property as it stands in appconfig.js; `lineBreak` holds the indentation as well. */
export function oauthSnippet({ connection, clientId, redirectUrl }: OauthConfiguration, lineBreak = '\n'): string {
  const lines = [
    'oauth: {',
    `  connection: ${JSON.stringify(connection)},`,
    `  clientId: ${JSON.stringify(clientId)},`,
    `  redirectUrl: ${JSON.stringify(redirectUrl)}`,
    '}',
  ];
  return lines.join(lineBreak);
}

/** With one comma, so that what was put in by `editOauth` comes out without a trace. Comments stay. */
function removeProperty(edited: MagicString, { start, properties }: ObjectExpression, property: Property): void {
  const text = edited.original;
  const position = properties.indexOf(property);
  const previous = properties[position - 1];
  const before = text.slice(previous?.end ?? start + 1, property.start);
  if (previous && /^\s*,\s*$/.test(before)) {
    edited.remove(previous.end, property.end);
    return;
  }
  edited.remove(property.start - (/\s*$/.exec(before)?.[0].length ?? 0), property.end);
  const after = text.slice(property.end);
  const comma = /(?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/.*$)*,/my.exec(after)?.[0].length;
  if (comma) edited.remove(property.end + comma - 1, property.end + comma);
  const isAlone = properties.length === 1 && before.trim() === '';
  const lineBreak = isAlone ? (/^\r?\n/.exec(after)?.[0].length ?? 0) : 0;
  if (lineBreak) edited.remove(property.end, property.end + lineBreak);
}

function indentationOf(text: string, position: number): string {
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position);
  return line.match(/^\s*/)?.[0] ?? '';
}
