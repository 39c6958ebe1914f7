import type { Symptom } from './cause.js';
import { type CauseCode, causeCodes, causeOf } from './causes.js';
import { type Finding, type FindingOptions, findingOf, rank } from './finding.js';
import { withoutAddresses } from './personal.js';
import { addressesIn, whose } from './whose.js';

/** What a system said when it refused a login. */
export interface Refusal {
  /** Twilio's error code. */
  code?: number | undefined;
  /** Its words: an error page, an error_description, a line of a log. Remote text. */
  message: string;
}

const maxCharacters = 100_000;
const shown = 300;

/**
 * The causes that a refusal points to, the one to mend first at the front; [] where it is unknown. AADSTS numbers are read from the
 * words. Where a symptom proves a cause, the ones that are only likely are left out.
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
  // Entra numbers its errors; other words may hold an address.
  const identityProvider = said.aadsts.size > 0 ? 'entra' : whose(addressesIn(message), options.identityProvider);
  const certain = matches.filter(match => !match.likely);
  const evidence =
    withoutAddresses(
      message
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 4 * shown),
    ).slice(0, shown) || `Twilio error ${refusal.code}`;
  return rank(
    (certain.length > 0 ? certain : matches).map(match => found(match, evidence, { ...options, identityProvider })),
  );
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

function found({ code, likely }: { code: CauseCode; likely: boolean }, evidence: string, options: FindingOptions) {
  return findingOf(code, evidence, { ...options, certainty: likely ? 'likely' : 'seen' });
}

/** Flex puts its code behind its words where it sends the browser back: `… (45050)`. */
function twilioCodeIn(message: string): number | undefined {
  const code = /\b(45\d{3}|70\d{3})\b/.exec(message)?.[1];
  return code === undefined ? undefined : Number(code);
}
