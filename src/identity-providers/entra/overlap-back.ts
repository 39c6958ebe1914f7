import type { Change, Check, ReadContext } from '../../migration/step.js';
import { checkUntilPassed, existingIds, presentValue, readForPlan } from './existing-application.js';
import { withLegacy } from './legacy-back.js';
import { noteOnce } from './note-once.js';
import { planProperty } from './properties.js';
import { besideAll } from './recorded-values.js';
import { asFlexSends, isUntouched, propertiesBack } from './restoration.js';
import { containment } from './saml.js';

/** Puts the legacy values beside the enhanced ones, and takes none away: both logins work until Flex uses the legacy one again. */
export async function planLegacyBeside(context: ReadContext): Promise<Change[]> {
  if (isUntouched(context.migration)) return [];
  const { legacy } = context.migration.facts;
  const there = await readForPlan(context);
  const values = propertiesBack(context.migration).filter(({ isValue }) => isValue);
  const changes = values.flatMap(({ name, what, changes }) => {
    const now = presentValue(there, name);
    const how = changes.length > 0 ? 'the legacy one again' : `the legacy one, ${asFlexSends}`;
    const recorded = besideAll(changes, now);
    const wanted = legacy ? withLegacy(name, recorded, legacy) : recorded;
    const title = `${what}: ${how}, beside the enhanced one`;
    return planProperty(name, existingIds(context.migration).displayName, title, now, wanted);
  });
  if (changes.length > 0) noteOnce(context.report, bothWork);
  return changes;
}

const bothWork =
  'The login through the enhanced connection keeps working beside the legacy one until Flex is switched back; then the enhanced values go.';

/** Whether the legacy values are there, as Flex is switched to them next. */
export async function verifyLegacyBeside(context: ReadContext): Promise<Check[]> {
  const { migration } = context;
  const { legacy } = migration.facts;
  if (!legacy || isUntouched(migration)) return [];
  const slashed = (values: readonly string[], value: string) => values.find(held => held === `${value}/`) ?? value;
  return checkUntilPassed(context, ({ identifierUris, web: { redirectUris } }) => [
    containment(
      'legacy-identifier',
      'The legacy identifier (Entity ID)',
      slashed(identifierUris, legacy.entityId),
      identifierUris,
    ),
    ...(legacy.acsUrl
      ? [
          containment(
            'legacy-reply-url',
            'The legacy reply URL (ACS URL)',
            slashed(redirectUris, legacy.acsUrl),
            redirectUris,
          ),
        ]
      : []),
  ]);
}
