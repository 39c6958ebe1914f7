import type { Refusal } from '../saml/refusal-in-text.js';
import { type Diagnosis, verdictOn } from './diagnosis.js';
import type { Expected } from './expected.js';
import { type Finding, findingOf, rank } from './finding.js';
import { isTwilios } from './products.js';
import { evidenceOf, recognise, saidBy, speakerOf } from './recognise.js';

/** Explains the words with which logins were refused, by the same table as `validate`; the worst one decides. */
export function diagnoseRefusals(said: readonly Refusal[], { identityProvider }: Expected): Diagnosis {
  const findings = rank(
    said.flatMap(refusal => {
      const found = recognise(refusal, { identityProvider });
      const all = found.length > 0 ? found : [unknown(refusal)];
      return refusal.isOvercome ? all.map(finding => ({ ...finding, severity: 'info' as const })) : all;
    }),
  );
  return { kind: 'refusal', verdict: verdictOn(findings), findings, details: {} };
}

/** Whether words that were found among others are about a login: the table knows them, or they are typical of a product. */
export const isKnown = (refusal: Refusal): boolean =>
  !refusal.isGuess || recognise(refusal).length > 0 || speakerOf(refusal) !== undefined;

/** Says whose error it is, and keeps its words. */
function unknown(refusal: Refusal): Finding {
  const product = speakerOf(refusal);
  const { code, from } = refusal;
  const words = evidenceOf(refusal);
  if (product?.identityProvider === 'entra')
    return saidBy(product, findingOf('identity-provider-refused', `It says: "${words}".`));
  const twilio = code !== undefined || isTwilios(from) ? { name: 'Twilio' } : undefined;
  const speaker = product ?? twilio;
  const error = code === undefined ? `An error${speaker ? ` of ${speaker.name}` : ''}` : `Twilio error ${code}`;
  const where = from === undefined ? '' : `, at ${from.slice(0, 200)}`;
  return saidBy(speaker, findingOf('refusal-unknown', `${error}${where}: "${words}".`, { certainty: 'likely' }));
}
