import type { Cause } from './cause.js';
import { attributeCauses } from './causes/attributes.js';
import { certificateCauses } from './causes/certificates.js';
import { conditionCauses } from './causes/conditions.js';
import { flexAddressCauses } from './causes/flex-addresses.js';
import { identityCauses } from './causes/identity.js';
import { metadataCauses } from './causes/metadata.js';
import { networkCauses } from './causes/network.js';
import { requestCauses } from './causes/request.js';
import { responseCauses } from './causes/response.js';
import { signInCauses } from './causes/sign-in.js';
import { signatureCauses } from './causes/signatures.js';
import { startCauses } from './causes/start.js';
import { unspecificCauses } from './causes/unspecific.js';

/**
 * Every cause, in the order in which a login meets them: where several hold, the upstream one is mended first, as nothing after it
 * can be reached before. The keys are the stable codes of `--json`.
 */
const causes = {
  ...networkCauses,
  ...startCauses,
  ...flexAddressCauses,
  ...requestCauses,
  ...signInCauses,
  ...metadataCauses,
  ...responseCauses,
  ...certificateCauses,
  ...signatureCauses,
  ...conditionCauses,
  ...attributeCauses,
  ...identityCauses,
  ...unspecificCauses,
} as const satisfies Record<string, Cause>;

export type CauseCode = keyof typeof causes;

export const causeCodes = Object.keys(causes) as CauseCode[];

/** Whether a code, as it was recorded or handed over, is that of a cause. */
export const isCauseCode = (code: string): code is CauseCode => Object.hasOwn(causes, code);

export const causeOf = (code: CauseCode): Cause => causes[code];

/** The place of a cause among all: the lower one is mended first. */
export const orderOf = (code: CauseCode): number => causeCodes.indexOf(code);
