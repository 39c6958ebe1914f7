import { type AnyNode, type Expression, type ObjectExpression, type Property, parse, type Super } from 'acorn';
import { inputError } from '../errors.js';

/**
 * The one object named appConfig in an appconfig.js. Throws an input error if there is not exactly one, or if something may give Flex UI
 * another `oauth` object than the one that stands there.
 */
export function findAppConfig(text: string): ObjectExpression {
  const nodes = [...nodesIn(parsed(text))];
  const [found, second] = nodes.flatMap(definitionIn);
  if (second) throw unclear(`it sets appConfig again ${at(text, second)}`);
  if (found?.type !== 'ObjectExpression')
    throw inputError('app-config-unknown', 'The appconfig.js holds no object named appConfig.', hint);
  const change = nodes.find(isChangeOfOauth);
  if (change) throw unclear(`it changes appConfig.oauth ${at(text, change)}`);
  const oauth = findProperty(found, 'oauth');
  if (!oauth) return found;
  const [, again] = propertiesNamed(found, 'oauth');
  if (again) throw unclear(`it names oauth twice, again ${at(text, again)}`);
  const spread = found.properties.slice(found.properties.indexOf(oauth)).find(({ type }) => type === 'SpreadElement');
  if (spread) throw unclear(`another object follows the oauth object ${at(text, spread)}`);
  if (oauth.value.type !== 'ObjectExpression' || oauth.kind !== 'init')
    throw unclear(`the oauth object is not written out ${at(text, oauth)}`);
  return found;
}

/** The property that holds if JavaScript reads the object: the last of its name. */
export const findProperty = (object: ObjectExpression, name: string): Property | undefined =>
  propertiesNamed(object, name).at(-1);

const propertiesNamed = ({ properties }: ObjectExpression, name: string): Property[] =>
  properties.filter(
    (property): property is Property =>
      property.type === 'Property' && nameOf(property.key, property.computed) === name,
  );

function parsed(text: string): AnyNode {
  try {
    return parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch (cause) {
    throw inputError(
      'app-config-unreadable',
      `The appconfig.js is no JavaScript that can be read: ${(cause as Error).message}.`,
      hint,
    );
  }
}

/** A node and all that it holds. */
function* nodesIn(node: AnyNode): Generator<AnyNode> {
  yield node;
  for (const held of Object.values(node).flat()) if (isNode(held)) yield* nodesIn(held);
}

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value;

/** What a node makes of appConfig: `var appConfig = …`, `appConfig = …`, `window.appConfig = …`. */
function definitionIn(node: AnyNode): Expression[] {
  if (node.type === 'VariableDeclarator') return node.init && isAppConfig(node.id) ? [node.init] : [];
  if (node.type !== 'AssignmentExpression' || !isAppConfig(node.left)) return [];
  // `window.appConfig = appConfig` is the same object.
  return isAppConfig(node.right) ? [] : [node.right];
}

function isChangeOfOauth(node: AnyNode): boolean {
  if (node.type === 'AssignmentExpression') return isInOauth(node.left);
  if (node.type === 'UnaryExpression') return node.operator === 'delete' && isInOauth(node.argument);
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const [target] = node.arguments;
  const { object, property, computed } = node.callee;
  const isObject = object.type === 'Identifier' && object.name === 'Object';
  return (
    isObject && /^(assign|define)/.test(nameOf(property, computed) ?? '') && target !== undefined && isAppConfig(target)
  );
}

/** `appConfig.oauth` and what is below it. */
function isInOauth(node: AnyNode): boolean {
  if (node.type !== 'MemberExpression') return false;
  return (isAppConfig(node.object) && nameOf(node.property, node.computed) === 'oauth') || isInOauth(node.object);
}

function isAppConfig(node: AnyNode | Super): boolean {
  if (node.type === 'Identifier') return node.name === 'appConfig';
  return node.type === 'MemberExpression' && nameOf(node.property, node.computed) === 'appConfig';
}

function nameOf(key: AnyNode, computed: boolean): string | undefined {
  if (key.type === 'Identifier') return computed ? undefined : key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}

const at = (text: string, { start }: AnyNode) => `in line ${text.slice(0, start).split(/\r\n|[\r\n]/).length}`;

const unclear = (why: string) =>
  inputError('app-config-unclear', `What Flex UI reads from the appconfig.js is not clear: ${why}.`, hint);

const hint =
  'Name the appconfig.js of your Flex UI, in which `appConfig` is an object, or leave --app-config out and edit it by hand.';
