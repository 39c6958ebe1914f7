import type { Person } from '../migration/person.js';
import { recommend } from '../migration/setup-types.js';
import type { Question } from '../migration/step.js';
import { clean } from './clean.js';
import type { OpenPage } from './open-page.js';
import type { Prompts } from './prompts.js';
import type { Drawing } from './render.js';
import { drawSetupTypes } from './setup-types.js';

/** The sandbox's stand-in for people: clicks what an instruction says, and logs in. */
export type Operator = Pick<Person, 'perform' | 'visit'>;

export interface TerminalPersonOptions {
  prompts: Prompts;
  drawing: Drawing;
  openPage: OpenPage;
  /** In the sandbox only. */
  operator?: Operator | undefined;
}

/** The person at this terminal. */
export function createTerminalPerson({ prompts, drawing, openPage, operator }: TerminalPersonOptions): Person {
  const answered = new Map<Question['input'], string>();
  /** A sign-in to Graph comes before anybody was asked who logs in. */
  let operatorLogsIn = false;

  return {
    async answer(_step, { input, suggestion }) {
      drawing.quiet();
      if (input === 'setupType') explainSetupTypes(suggestion);
      const answer = await prompts.askInput(input, suggestion);
      answered.set(input, answer);
      return answer;
    },
    confirm() {
      drawing.quiet();
      return prompts.confirmPlan();
    },
    async perform(step, change) {
      drawing.instruction(change);
      const outcome = await prompts.performed(change, { sandbox: operator !== undefined });
      if (change.resource === 'login') operatorLogsIn = outcome === 'operator';
      return outcome === 'operator' && operator
        ? operator.perform(step, change)
        : outcome === 'later'
          ? 'later'
          : 'done';
    },
    reconsider(_step, failed) {
      drawing.checks(failed);
      return prompts.reconsider(failed);
    },
    async visit(url) {
      drawing.quiet();
      if (operatorLogsIn && operator) return operator.visit(url);
      const { output } = drawing;
      output.text('Log in on this page. Use a private window: a session that is already open hides a failed login.');
      output.value(clean(url));
      const opened = await openPage(url);
      if (!opened.opened) output.text(`The page did not open. ${clean(opened.why)} Open it by hand.`);
    },
  };

  /** Why is known where both questions behind the recommendation were answered in this run. */
  function explainSetupTypes(suggestion: string | undefined): void {
    const [realTime, tolerateDenied] = [answered.get('realTime'), answered.get('tolerateDenied')];
    const { setupType, why } =
      isYesOrNo(realTime) && isYesOrNo(tolerateDenied) ? recommend({ realTime, tolerateDenied }) : {};
    const suggested = suggestion === 'new' || suggestion === 'modify' ? suggestion : undefined;
    drawSetupTypes(drawing.output, setupType ?? suggested, why);
  }
}

const isYesOrNo = (answer: string | undefined): answer is 'yes' | 'no' => answer === 'yes' || answer === 'no';
