import { isObject, isText, type Json, type JsonObject } from './json-value.js';

const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';

/** Where the entries of a claims mapping policy are drawn that are no claims. */
export const inputsOfTransformations = 'inputs of transformations';

/** `email ← user.mail`; what is but read by a transformation by its source alone. */
export function claim(entry: JsonObject): string | undefined {
  const { SamlClaimType, JwtClaimType } = entry;
  const source = sourceOf(entry);
  if (!source) return undefined;
  if (isText(SamlClaimType)) return `${SamlClaimType === nameIdentifier ? 'NameID' : SamlClaimType} ← ${source}`;
  return isText(JwtClaimType) ? `${JwtClaimType} ← ${source}, not for SAML` : source;
}

/** `Joined = Join of mail, department, with separator “-”` */
export function transformation(entry: JsonObject): string | undefined {
  const { ID, TransformationMethod, InputClaims, InputParameters } = entry;
  if (!isText(ID) || !isText(TransformationMethod)) return undefined;
  const inputs = objects(InputClaims).flatMap(({ ClaimTypeReferenceId: name }) => (isText(name) ? [name] : []));
  const parameters = objects(InputParameters).map(({ ID: name, Value }) => `${name} “${Value}”`);
  const of = inputs.length > 0 ? ` of ${inputs.join(', ')}` : '';
  return `${ID} = ${TransformationMethod}${of}${parameters.length > 0 ? `, with ${parameters.join(', ')}` : ''}`;
}

/** A policy with what transformations read apart from the claims that are sent. */
export function withInputsApart(value: Json): Json {
  if (!isObject(value) || !isObject(value.ClaimsMappingPolicy)) return value;
  const parts = Object.entries(value.ClaimsMappingPolicy).flatMap<[string, Json]>(([name, held]) => {
    if (name !== 'ClaimsSchema' || !Array.isArray(held)) return [[name, held]];
    const inputs = held.filter(isInput);
    const claims: [string, Json] = [name, held.filter(entry => !isInput(entry))];
    return inputs.length > 0 ? [claims, [inputsOfTransformations, inputs]] : [claims];
  });
  return { ...value, ClaimsMappingPolicy: Object.fromEntries(parts) };
}

const isInput = (entry: Json) =>
  isObject(entry) && !isText(entry.SamlClaimType) && !isText(entry.JwtClaimType) && sourceOf(entry) !== undefined;

function sourceOf({ Source, ID, ExtensionID, Value, ...entry }: JsonObject): string | undefined {
  // Microsoft's pages spell it in both ways.
  const named = [entry.TransformationId, entry.TransformationID].find(isText);
  if (named) return `transformation ${named}`;
  if (isText(Value)) return `“${Value}”`;
  const attribute = [ExtensionID, ID].find(isText);
  return attribute && `${isText(Source) ? Source : 'user'}.${attribute}`;
}

const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
