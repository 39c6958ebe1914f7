import { recommend } from '../migration/setup-types.js';
import type { Step } from '../migration/step.js';
import { notesOnUnheeded } from '../migration/unheeded-answers.js';

/** Chooses between the guide's two setup types; a recommendation comes from two questions. */
export const selectSetupType: Step = {
  id: 'select-setup-type',
  title: 'Select setup type',
  applies: () => true,
  forward: {
    asks({ answers }) {
      if (answers.setupType) return undefined;
      if (!answers.realTime) return { input: 'realTime' };
      if (!answers.tolerateDenied) return { input: 'tolerateDenied' };
      const { realTime, tolerateDenied } = answers;
      return { input: 'setupType', suggestion: recommend({ realTime, tolerateDenied }).setupType };
    },
    async plan({ migration, report }) {
      if (migration.completed.includes('select-setup-type')) return [];
      for (const note of notesOnUnheeded(migration.answers)) report.note(note);
      return [];
    },
  },
};
