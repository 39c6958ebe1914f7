import { type Capture, readCapture } from '../diagnosis/capture.js';
import { type Diagnosis, type Identity, type Verdict, verdicts } from '../diagnosis/diagnosis.js';
import { type Expected, expectedOf } from '../diagnosis/expected.js';
import { describeFinding, findingOf, rank } from '../diagnosis/finding.js';
import { diagnose, diagnoseRecording } from '../diagnosis/message.js';
import { maskedDetails, maskedIdentity } from '../diagnosis/personal.js';
import { exitCodes, FlexSsoError, inputError } from '../errors.js';
import type { Migration } from '../migration/state.js';
import { type Certificate, readCertificates } from '../saml/certificate.js';
import { readMetadata } from '../saml/metadata.js';
import { createFileStore } from '../stores/file-store.js';
import { drawDiagnosis } from '../terminal/findings.js';
import { drawNote } from '../terminal/note.js';
import { createOutput } from '../terminal/output.js';
import { count } from '../terminal/words.js';
import { parseAccount } from './answers.js';
import { maxBytes, readCaptured } from './captured-text.js';
import { emptyRecording, unrecognised } from './inspect-unknown.js';
import type { CommandOptions } from './options.js';
import { printDocument } from './result.js';
import { migrationsDirectory } from './state-directory.js';

export interface InspectOptions extends CommandOptions {
  /** What to inspect; stdin for `-` and where it is left out. */
  file?: string | undefined;
  showPersonal?: boolean;
}

/** Explains a captured message. Asks no system and sends nothing anywhere. */
export async function inspect(options: InspectOptions): Promise<number> {
  const text = await readCaptured(options.file);
  const notes: string[] = [];
  const migration = await recordedMigration(options, message => notes.push(message));
  const certificates = await namedCertificates(options.flags.certificate);
  const expected = expectedOf(migration, certificates ? { certificates } : {});
  const diagnoses = text === undefined ? [tooLarge()] : diagnosesOf(text, expected);
  const shown = diagnoses.map(diagnosis => withIdentity(diagnosis, options.showPersonal === true));
  if (options.json) printDocument('inspect', { ...documentOf(shown), ...(notes.length > 0 && { notes }) });
  else {
    const output = createOutput(process.stdout, options);
    for (const note of notes) drawNote(output, note);
    if (shown.length > 1) output.text(recordingInWords(shown));
    for (const diagnosis of shown)
      drawDiagnosis(output, diagnosis, { account: migration?.accountSid, masked: options.showPersonal !== true });
  }
  return ['ok', 'unverified'].includes(worst(shown)) ? exitCodes.done : exitCodes.verification;
}

function recordingInWords(diagnoses: readonly Diagnosis[]): string {
  const messages = diagnoses.filter(({ kind }) => kind !== 'refusal').length;
  const responses = diagnoses.filter(({ kind }) => kind === 'response').length;
  const aside = diagnoses.filter(diagnosis => diagnosis.aside).length;
  const refused = messages < diagnoses.length ? ' It also shows why a login was refused.' : '';
  const held = `${count(messages, 'SAML message')}, of which ${responses === 1 ? 'one is a response' : `${responses} are responses`}`;
  if (aside === diagnoses.length) return `This recording holds ${held}. None of them is part of a login to Flex.`;
  const strange = aside === 0 ? '' : ` ${aside} of them ${aside === 1 ? 'is' : 'are'} no part of a login to Flex.`;
  return `This recording holds ${held}.${strange}${refused} All are explained, in the order in which they were sent; the last of a login to Flex is what that ended with.`;
}

function diagnosesOf(text: string, expected: Expected): Diagnosis[] {
  const { recording, messages } = captured(text);
  const [only] = messages;
  if (!only) throw recording ? emptyRecording() : unrecognised(text);
  return recording ? diagnoseRecording(messages, expected) : [diagnose(only, expected)];
}

function captured(text: string): Capture {
  try {
    return readCapture(text);
  } catch (error) {
    if (!(error instanceof FlexSsoError) || !error.code.startsWith('authn-request-')) throw error;
    // Elsewhere a login is followed, and its answers can be looked at.
    throw inputError(
      error.code,
      error.message,
      'Copy the whole address or message once more: this one is cut off, or is none.',
    );
  }
}

const tooLarge = (): Diagnosis => ({
  kind: 'unknown',
  verdict: 'rejected',
  findings: [findingOf('message-unsafe', `It is larger than ${maxBytes / 1024 / 1024} MB and was not read.`)],
  details: {},
});

/** The migration of the named account, or the only one there is. */
async function recordedMigration(
  options: CommandOptions,
  notice: (message: string) => void,
): Promise<Migration | undefined> {
  const store = createFileStore(migrationsDirectory(options), { notice });
  const named = options.account ?? process.env.TWILIO_ACCOUNT_SID;
  if (named) return store.load(parseAccount(named));
  const [only, ...more] = await store.list();
  return only && more.length === 0 ? store.load(only) : undefined;
}

/** The certificates in a file, be it PEM, DER or metadata. */
async function namedCertificates(file: string | undefined): Promise<readonly Certificate[] | undefined> {
  if (file === undefined) return undefined;
  const text = (await readCaptured(file)) ?? '';
  return /^\s*</.test(text) ? readMetadata(text).certificates : readCertificates(text).certificates;
}

function withIdentity({ identity, details, ...rest }: Diagnosis, isShown: boolean): Diagnosis {
  const shown: Identity | undefined = identity && (isShown ? identity : maskedIdentity(identity));
  return { ...rest, details: isShown ? details : maskedDetails(details), ...(shown && { identity: shown }) };
}

/** One message as it is; of a recording the last response of a login to Flex, or else the last message, with all of them below it. */
function documentOf(diagnoses: readonly Diagnosis[]): object {
  const described = diagnoses.map(({ findings, ...rest }) => ({
    ...rest,
    findings: findings.map(describeFinding),
  }));
  const ofLogin = described.filter(({ aside }) => !aside);
  const { identity, ...main } =
    ofLogin.findLast(({ kind }) => kind === 'response') ??
    ofLogin.at(-1) ??
    (described.at(-1) as (typeof described)[number]);
  const verdict = worst(diagnoses);
  return {
    ...main,
    verdict,
    findings: rank(diagnoses.flatMap(diagnosis => diagnosis.findings)).map(describeFinding),
    ...(identity && verdict !== 'rejected' && { identity }),
    ...(described.length > 1 && { messages: described }),
  };
}

const worst = (diagnoses: readonly Diagnosis[]): Verdict =>
  verdicts.findLast(verdict => diagnoses.some(diagnosis => diagnosis.verdict === verdict)) ?? 'ok';
