import type { Refusal } from '../saml/refusal-in-text.js';
import type { Symptom } from './cause.js';
import { causeCodes, causeOf } from './causes.js';
import { type Finding, type FindingOptions, findingOf, rank } from './finding.js';
import { withoutAddresses } from './personal.js';
import { isTwilios, type Product, productOf } from './products.js';
import { addressesIn, whose } from './whose.js';

const maxCharacters = 100_000;
const shown = 300;

/**
 * The causes that a refusal points to, the one to mend first at the front; [] where it is unknown. AADSTS numbers are read from the
 * words. Where a symptom proves a cause, the ones that are only likely are left out. What another product than Entra and Flex says, and
 * what was found by its words alone, proves nothing.
 */
export function recognise(refusal: Refusal, options: FindingOptions = {}): Finding[] {
  const message = refusal.message.slice(0, maxCharacters);
  const said: Said = {
    message,
    aadsts: new Set(Array.from(message.matchAll(/AADSTS(\d{4,8})/gi), match => match[1] ?? '')),
    twilio: refusal.code ?? twilioCodeIn(message),
  };
  const matches = causeCodes.flatMap(code => {
    const shows = causeOf(code).symptoms.filter((symptom: Symptom) => isShown(symptom, said));
    return shows.length > 0 ? [{ code, likely: shows.every(symptom => symptom.likely === true) }] : [];
  });
  const product = speakerOf(refusal);
  const identityProvider = product
    ? (product.identityProvider ?? 'other')
    : whose(addressesIn(message), options.identityProvider);
  const isProof = !refusal.isGuess && (product === undefined || product.identityProvider === 'entra');
  const certain = matches.filter(match => !match.likely);
  const evidence = evidenceOf(refusal) || `Twilio error ${refusal.code}`;
  return rank(
    (certain.length > 0 ? certain : matches).map(({ code, likely }) =>
      saidBy(
        product,
        findingOf(code, evidence, { ...options, identityProvider, certainty: likely || !isProof ? 'likely' : 'seen' }),
      ),
    ),
  );
}

/** The product that says no, if it is not Flex: Twilio's codes and addresses are its own, whatever its words quote. */
export function speakerOf({ message, code, from }: Refusal): Product | undefined {
  const isFlex = code !== undefined || twilioCodeIn(message) !== undefined || isTwilios(from);
  return isFlex && !/AADSTS\d/i.test(message) ? undefined : productOf(message.slice(0, maxCharacters), from);
}

/** With the name of the product, if its labels are not known. */
export function saidBy(product: Product | undefined, finding: Finding): Finding {
  const isUnnamed = /^(?:your|the) identity provider$/.test(finding.fix.product);
  return product && isUnnamed ? { ...finding, fix: { ...finding.fix, product: product.name } } : finding;
}

/** Its words on one line, without anybody's address; of long ones those from the number on that their product gives its errors. */
export function evidenceOf({ message }: Refusal): string {
  const line = message
    .slice(0, 40 * shown)
    .replace(/\s+/g, ' ')
    .trim();
  const number = line.length > shown ? line.search(/\bMSIS\d{3,5}\b|\bE00000\d\d\b/) : -1;
  return withoutAddresses(line.slice(Math.max(number, 0)).slice(0, 4 * shown)).slice(0, shown);
}

interface Said {
  message: string;
  aadsts: ReadonlySet<string>;
  twilio: number | undefined;
}

function isShown(symptom: Symptom, { message, aadsts, twilio }: Said): boolean {
  if ('aadsts' in symptom) return aadsts.has(symptom.aadsts);
  if ('twilio' in symptom) return symptom.twilio === twilio && (symptom.says?.test(message) ?? true);
  return 'says' in symptom && symptom.says.test(message);
}

/** Flex puts its code behind its words where it sends the browser back: `… (45050)`; Twilio's pages write `Error - 45050`. */
function twilioCodeIn(message: string): number | undefined {
  const code = /(?:\(|\b(?:error|failed|failure|twilio)\W{1,3}(?:code\W{1,3})?)(45\d{3}|70\d{3})\b/i.exec(message)?.[1];
  return code === undefined ? undefined : Number(code);
}
