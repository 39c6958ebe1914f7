import { type AnyNode, type ObjectExpression, type Property, parse, type SpreadElement } from 'acorn';
import MagicString from 'magic-string';
import { inputError } from '../errors.js';

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
  if (property) {
    if (oauth) edited.overwrite(property.start, property.end, oauthSnippet(oauth, indentationOf(text, property.start)));
    else removeProperty(edited, appConfig, property);
    return edited.toString();
  }
  if (!oauth) return text;
  const last = appConfig.properties.at(-1);
  if (!last) edited.appendLeft(appConfig.start + 1, `\n  ${oauthSnippet(oauth, '  ')}\n`);
  else {
    const indentation = indentationOf(text, last.start);
    edited.appendLeft(last.end, `,\n${indentation}${oauthSnippet(oauth, indentation)}`);
  }
  return edited.toString();
}

/** The property as it stands in appconfig.js. */
export function oauthSnippet({ connection, clientId, redirectUrl }: OauthConfiguration, indentation = ''): string {
  const lines = [
    'oauth: {',
    `  connection: ${JSON.stringify(connection)},`,
    `  clientId: ${JSON.stringify(clientId)},`,
    `  redirectUrl: ${JSON.stringify(redirectUrl)}`,
    '}',
  ];
  return lines.join(`\n${indentation}`);
}

function findAppConfig(text: string): ObjectExpression {
  const hint =
    'Name the appconfig.js of your Flex UI, in which `appConfig` is an object, or leave --app-config out and edit it by hand.';
  let program: ReturnType<typeof parse>;
  try {
    program = parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch (cause) {
    throw inputError(
      'app-config-unreadable',
      `The appconfig.js is no JavaScript that can be read: ${(cause as Error).message}.`,
      hint,
    );
  }
  for (const statement of program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type === 'VariableDeclaration')
      for (const { id, init } of declared.declarations)
        if (id.type === 'Identifier' && id.name === 'appConfig' && init?.type === 'ObjectExpression') return init;
    if (declared?.type === 'ExpressionStatement' && declared.expression.type === 'AssignmentExpression') {
      const { left, right } = declared.expression;
      if (namesAppConfig(left) && right.type === 'ObjectExpression') return right;
    }
  }
  throw inputError('app-config-unknown', 'The appconfig.js holds no object named appConfig.', hint);
}

/** `appConfig = …` and `window.appConfig = …` */
function namesAppConfig(node: AnyNode): boolean {
  if (node.type === 'Identifier') return node.name === 'appConfig';
  return node.type === 'MemberExpression' && node.property.type === 'Identifier' && node.property.name === 'appConfig';
}

function findProperty(object: ObjectExpression, name: string): Property | undefined {
  return object.properties.find((property): property is Property => {
    if (property.type !== 'Property') return false;
    const { key } = property;
    return (key.type === 'Identifier' && key.name === name) || (key.type === 'Literal' && key.value === name);
  });
}

/** With its comma, so that what was put in by `editOauth` comes out without a trace. */
function removeProperty(edited: MagicString, object: ObjectExpression, property: Property): void {
  const position = object.properties.indexOf(property);
  const previous: Property | SpreadElement | undefined = object.properties[position - 1];
  const next = object.properties[position + 1];
  if (previous) edited.remove(previous.end, property.end);
  else if (next) edited.remove(property.start, next.start);
  else edited.remove(object.start + 1, object.end - 1);
}

function indentationOf(text: string, position: number): string {
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position);
  return line.match(/^\s*/)?.[0] ?? '';
}
