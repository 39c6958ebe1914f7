import { legacyExpectedOf } from '../diagnosis/expected.js';
import { maySign } from '../identity-providers/entra/legacy-certificate.js';
import type { Facts } from '../migration/facts.js';
import type { ReadContext } from '../migration/step.js';
import { describeAnswer } from './legacy-answer.js';
import { readLegacyApplication, valuesOf } from './legacy-application.js';

/**
 * What the legacy application answers with, as long as agents log in through it. Nothing shows what Flex holds for its legacy connection,
 * so this is what the way back is compared with.
 */
export async function observeLegacyAnswer(context: ReadContext): Promise<Facts> {
  const { migration, flex } = context;
  const { legacyAnswer: known, switchedBackAt = '' } = migration.facts;
  if (known && known.at >= switchedBackAt) return {};
  // What this migration has written is not how it was.
  if (migration.journal.some(({ step, by }) => step === 'update-identity-provider' && by === 'tool')) return {};
  // If Flex uses the enhanced connection, the application may have changed since.
  if ((await flex.connections()).some(({ active }) => active)) return {};
  const application = valuesOf(await readLegacyApplication(context));
  if (!application) return {};
  const at = new Date().toISOString();
  const [signing, ...others] = maySign(application.certificates);
  return {
    legacyAnswer: { at, ...describeAnswer(application, legacyExpectedOf(migration)) },
    ...(signing && others.length === 0 && { legacyCertificate: { thumbprint: signing.thumbprint, at } }),
  };
}
