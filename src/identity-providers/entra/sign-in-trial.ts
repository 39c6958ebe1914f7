import type { ReadContext } from '../../migration/step.js';
import { explained } from './refusals.js';

/**
 * Signs in, and reads a little, where that asks nobody for anything: a secret that is wrong or a token that is old is found before
 * anybody has clicked in Console. A person is asked when there is something to read for the migration. Throws permission errors.
 */
export async function trySignIn({ signsInUnattended, graph }: ReadContext): Promise<void> {
  if (!signsInUnattended) return;
  await explained(async () => (await graph()).get('/applications?$top=1&$select=id'));
}
