import type { Refusal } from '../saml/refusal-in-text.js';
import { type Diagnosis, verdictOn } from './diagnosis.js';
import type { Expected } from './expected.js';
import { type Finding, findingOf } from './finding.js';
import { withoutAddresses } from './personal.js';
import { recognise } from './recognise.js';

/** Explains the words with which a login was refused, by the same table as `validate`. */
export function diagnoseRefusal(refusal: Refusal, { identityProvider }: Expected): Diagnosis {
  const options = { identityProvider };
  const found = recognise({ message: refusal.words, code: refusal.code }, options);
  return diagnosisOf(found.length > 0 ? found : [unknown(refusal, options)]);
}

/** The same for any text; undefined if the table does not know it. */
export function diagnoseWords(text: string, { identityProvider }: Expected): Diagnosis | undefined {
  const found = recognise({ message: text.slice(0, 100_000).replace(/<[^>]{0,1000}>/g, ' ') }, { identityProvider });
  return found.length > 0 ? diagnosisOf(found) : undefined;
}

const diagnosisOf = (findings: readonly Finding[]): Diagnosis => ({
  kind: 'refusal',
  verdict: verdictOn(findings),
  findings,
  details: {},
});

function unknown({ words, code }: Refusal, options: Pick<Expected, 'identityProvider'>): Finding {
  const isEntra = /^AADSTS/i.test(words);
  const said = withoutAddresses(words.replace(/\s+/g, ' ').slice(0, 1000)).slice(0, 300);
  const evidence = code === undefined ? `It says: "${said}".` : `Twilio error ${code}: "${said}".`;
  const cause = isEntra ? 'identity-provider-refused' : 'flex-authentication-refused';
  return findingOf(cause, evidence, { ...options, certainty: isEntra ? 'seen' : 'likely' });
}
