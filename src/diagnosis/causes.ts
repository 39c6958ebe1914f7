import type { Cause } from './cause.js';
import { attributeCauses } from './causes/attributes.js';
import { conditionCauses } from './causes/conditions.js';
import { requestCauses } from './causes/request.js';
import { responseCauses } from './causes/response.js';
import { signInCauses } from './causes/sign-in.js';
import { startCauses } from './causes/start.js';
import { unspecificCauses } from './causes/unspecific.js';

/**
 * Every cause, in the order in which a login meets them: where several hold, the upstream one is mended first, as nothing after it
 * can be reached before. The keys are the stable codes of `--json`.
 */
const causes = {
  ...startCauses,
  ...requestCauses,
  ...signInCauses,
  ...responseCauses,
  ...conditionCauses,
  ...attributeCauses,
  ...unspecificCauses,
} as const satisfies Record<string, Cause>;

export type CauseCode = keyof typeof causes;

export const causeCodes = Object.keys(causes) as CauseCode[];

/** Whether a code, as it was recorded or handed over, is that of a cause. */
export const isCauseCode = (code: string): code is CauseCode => Object.hasOwn(causes, code);

export const causeOf = (code: CauseCode): Cause => causes[code];

/** The place of a cause among all: the lower one is mended first. */
export const orderOf = (code: CauseCode): number => causeCodes.indexOf(code);
