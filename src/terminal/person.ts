import type { Person } from '../migration/person.js';
import { recommend } from '../migration/setup-types.js';
import type { Question } from '../migration/step.js';
import { drawChoices } from './choices.js';
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
  /** Who logs in to Flex on the next page; nobody yet where the page is an administrator's, of the identity provider. */
  let loggingIn: 'operator' | 'person' | undefined;

  return {
    async answer(_step, { input, suggestion, choices, other, why }) {
      drawing.quiet();
      if (input === 'setupType') explainSetupTypes(suggestion);
      if (why) drawing.output.text(clean(why));
      if (choices) drawChoices(drawing.output, choices);
      drawing.output.leave();
      const answer = await prompts.askInput(input, suggestion, choices, other?.label);
      answered.set(input, answer);
      return answer;
    },
    confirm() {
      drawing.quiet();
      return prompts.confirmPlan();
    },
    acceptConsequence(_step, consequence) {
      drawing.quiet();
      return prompts.acceptConsequence(consequence);
    },
    overwrite(_step, change) {
      drawing.quiet();
      return prompts.overwrite(change);
    },
    async perform(step, change) {
      drawing.instruction(change);
      drawing.quiet();
      const outcome = await prompts.performed(change, { sandbox: operator !== undefined });
      if (change.resource === 'login') loggingIn = outcome === 'operator' ? 'operator' : 'person';
      if (outcome !== 'operator' || !operator) return outcome === 'later' ? 'later' : 'done';
      return operator.perform(step, change);
    },
    reconsider(_step, failed, claimed) {
      drawing.checks(failed);
      drawing.quiet();
      return prompts.reconsider(failed, claimed);
    },
    async visit(url) {
      drawing.quiet();
      if (loggingIn === 'operator' && operator) return operator.visit(url);
      const { output } = drawing;
      output.text(
        loggingIn
          ? 'Log in to Flex on this page. Copy it into a private window if you are logged in to Flex already:'
          : 'Sign in on this page, as an administrator of the identity provider:',
      );
      output.value(clean(url));
      const opened = await openPage(url);
      if (!opened.opened) output.text(`The page did not open. ${clean(opened.why)} Open it by hand.`);
      output.text(
        loggingIn
          ? 'Waiting for the login to come back from there. If it ends at an error page instead, press Enter. Ctrl-C stops.'
          : 'Waiting for you to come back from there. Ctrl-C stops.',
      );
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
