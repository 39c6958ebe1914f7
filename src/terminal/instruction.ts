import type { Change, Instruction } from '../migration/state.js';
import { clean, cleanDeep } from './clean.js';
import type { Output } from './output.js';
import { person } from './words.js';

type Task = Instruction['tasks'][number];

/** Draws what somebody has to do by hand: who, where, and one numbered task after the other, with the values to copy. */
export function drawInstruction(output: Output, change: Change): void {
  const instruction = change.instruction;
  if (!instruction) return;
  const { who, summary, page } = cleanDeep({ ...instruction, tasks: [] });
  output.gap();
  output.text(output.paint.heading(clean(change.title)), { lead: `${output.paint.value('✋')} ` });
  if (instruction.summary !== change.title) output.text(summary, { indent: 3 });
  output.text(`By hand, by ${person(who)}${page ? ', on this page' : ''}:`, { indent: 3 });
  if (page) output.value(page);
  else output.gap();
  instruction.tasks.forEach((task, index) => {
    drawTask(output, `${index + 1}.`, task);
  });
  output.gap();
}

/** The values that an instruction has to be copied from, with the labels of their fields; values as they are, not cleaned. */
export function valuesToCopy(change: Change): readonly { label: string; value: string }[] {
  return (change.instruction?.tasks ?? []).flatMap(task =>
    task.do === 'enter' && task.value !== '' ? [{ label: task.label, value: task.value }] : [],
  );
}

function drawTask(output: Output, position: string, task: Task): void {
  const layout = { indent: 3, lead: `${position} ` };
  if (task.do !== 'enter') {
    output.text(inWords(task), layout);
    return;
  }
  const label = clean(task.label);
  if (task.value === '') {
    output.text(`Leave “${label}” empty.`, layout);
    return;
  }
  output.text(`Enter in “${label}”:`, layout);
  output.value(clean(task.value.trimEnd(), { newlines: true }));
}

function inWords(task: Exclude<Task, { do: 'enter' }>): string {
  switch (task.do) {
    case 'click':
      return `Click “${clean(task.label)}”.`;
    case 'choose':
      return `Choose “${clean(task.label)}”.`;
    case 'tick':
      return `Tick “${clean(task.label)}”.`;
    case 'read':
      return clean(task.text);
  }
}
