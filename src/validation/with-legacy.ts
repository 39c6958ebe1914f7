import type { Step } from '../migration/step.js';
import { findingCheck } from './checks.js';
import { diagnoseLegacy } from './diagnose-legacy.js';

/**
 * The step as `validate` walks it, the legacy connection looked at besides. A migration does without: to begin a legacy login is a POST,
 * and going on with a migration of which nothing is left to do shall send nothing but reads.
 */
export const withLegacy = (step: Step): Step => ({
  ...step,
  forward: {
    ...step.forward,
    async verify(context) {
      const [checks = [], legacy] = await Promise.all([step.forward.verify?.(context), diagnoseLegacy(context)]);
      return [...checks, ...legacy.findings.map(findingCheck), ...legacy.checks];
    },
  },
});
