import { type Diagnosis, type Identity, type Verdict, verdicts } from '../diagnosis/diagnosis.js';
import { type Expected, expectedOf } from '../diagnosis/expected.js';
import { describeFinding, findingOf, rank } from '../diagnosis/finding.js';
import { diagnose, diagnoseRecording } from '../diagnosis/message.js';
import { maskedIdentity } from '../diagnosis/personal.js';
import { exitCodes, inputError } from '../errors.js';
import type { Migration } from '../migration/state.js';
import { readCapture } from '../saml/capture.js';
import { type Certificate, readCertificate } from '../saml/certificate.js';
import { readMetadata } from '../saml/metadata.js';
import { createFileStore } from '../stores/file-store.js';
import { drawDiagnosis } from '../terminal/findings.js';
import { createOutput } from '../terminal/output.js';
import { parseAccount } from './answers.js';
import { maxBytes, readCaptured } from './captured-text.js';
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
  const migration = await recordedMigration(options);
  const certificates = await namedCertificates(options.flags.certificate);
  const expected = expectedOf(migration, certificates ? { certificates } : {});
  const diagnoses = text === undefined ? [tooLarge()] : diagnosesOf(text, expected);
  const shown = diagnoses.map(diagnosis => withIdentity(diagnosis, options.showPersonal === true));
  if (options.json) printDocument('inspect', documentOf(shown));
  else {
    const output = createOutput(process.stdout, options);
    for (const diagnosis of shown)
      drawDiagnosis(output, diagnosis, { account: migration?.accountSid, masked: options.showPersonal !== true });
  }
  return worst(shown) === 'ok' ? exitCodes.done : exitCodes.verification;
}

function diagnosesOf(text: string, expected: Expected): Diagnosis[] {
  const { recording, messages } = readCapture(text);
  const [only] = messages;
  if (!only)
    throw inputError(
      recording ? 'inspect-no-message' : 'inspect-unknown',
      recording
        ? 'This recording of a browser holds no SAML message.'
        : 'This is no SAMLResponse, AuthnRequest, metadata or certificate that flex-sso recognises.',
      'Record a login in the Network tab of the browser, with "Preserve log" on, and save it as HAR with content.',
    );
  return recording ? diagnoseRecording(messages, expected) : [diagnose(only, expected)];
}

const tooLarge = (): Diagnosis => ({
  kind: 'unknown',
  verdict: 'rejected',
  findings: [findingOf('message-unsafe', `It is larger than ${maxBytes / 1024 / 1024} MB and was not read.`)],
  details: {},
});

/** The migration of the named account, or the only one there is. */
async function recordedMigration(options: CommandOptions): Promise<Migration | undefined> {
  const store = createFileStore(migrationsDirectory(options));
  const named = options.account ?? process.env.TWILIO_ACCOUNT_SID;
  if (named) return store.load(parseAccount(named));
  const [only, ...more] = await store.list();
  return only && more.length === 0 ? store.load(only) : undefined;
}

/** The certificate in a file, or all of those in a file of metadata. */
async function namedCertificates(file: string | undefined): Promise<readonly Certificate[] | undefined> {
  if (file === undefined) return undefined;
  const text = (await readCaptured(file)) ?? '';
  return /^\s*</.test(text) ? readMetadata(text).certificates : [readCertificate(text)];
}

function withIdentity({ identity, ...rest }: Diagnosis, isShown: boolean): Diagnosis {
  const shown: Identity | undefined = identity && (isShown ? identity : maskedIdentity(identity));
  return { ...rest, ...(shown && { identity: shown }) };
}

/** One message as it is; of a recording the last response, or else the last message, with all of them below it. */
function documentOf(diagnoses: readonly Diagnosis[]): object {
  const described = diagnoses.map(({ findings, ...rest }) => ({
    ...rest,
    findings: findings.map(describeFinding),
  }));
  const { identity, ...main } =
    described.findLast(({ kind }) => kind === 'response') ?? (described.at(-1) as (typeof described)[number]);
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
