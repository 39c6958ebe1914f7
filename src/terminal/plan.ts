import type { Change } from '../migration/state.js';
import { clean, cleanDeep } from './clean.js';
import { differences, type ListRow, type Row, type ValueRow } from './diff.js';
import { isObject, type Json } from './json-value.js';
import { type Meaning, type Output, shortened, widthOf } from './output.js';
import { labelOf, type Shape, shapeOf } from './shapes.js';
import { count, number, person, totals } from './words.js';

/** Longer lists, and longer runs of the same kind of change, are drawn by their first few and their number. */
const longList = 8;
const firstFew = 5;
const manyRows = 30;
const longValue = 120;
const longName = 100;

const marks: Record<Change['action'], { mark: string; meaning: Meaning; word: string }> = {
  create: { mark: '+', meaning: 'good', word: 'create' },
  update: { mark: '~', meaning: 'warning', word: 'update' },
  delete: { mark: '-', meaning: 'bad', word: 'delete' },
  manual: { mark: '✋', meaning: 'value', word: 'by hand' },
};

/** Draws what a step is going to change, property by property. */
export function drawPlan(output: Output, changes: readonly Change[]): void {
  if (changes.length === 0) {
    output.text('Nothing to change: everything is in place.');
    return;
  }
  output.gap();
  output.text(output.paint.heading(`Plan: ${tally(changes)}`));
  output.text(output.paint.faint(legend(changes)));
  for (const run of runs(changes)) {
    output.gap();
    if (run.length <= longList) for (const change of run) drawChange(output, change);
    else drawRun(output, run);
  }
  output.gap();
}

/** What the marks of these changes mean: `+ create   ~ update` */
function legend(changes: readonly Change[]): string {
  const used = Object.entries(marks).filter(([action]) => changes.some(change => change.action === action));
  return used.map(([, { mark, word }]) => `${mark} ${word}`).join('   ');
}

/** `3 changes by flex-sso, 1 by hand` */
export function tally(changes: readonly Change[]): string {
  const byHand = changes.filter(change => change.action === 'manual').length;
  const byTool = changes.length - byHand;
  if (byHand === 0) return count(byTool, 'change');
  if (byTool === 0) return `${count(byHand, 'change')} by hand`;
  return `${count(byTool, 'change')} by flex-sso, ${number(byHand)} by hand`;
}

/** One line: the mark of the action and the title. */
function drawTitle(output: Output, change: Change, indent = 2): void {
  const { mark, meaning } = marks[change.action];
  output.text(shortened(clean(change.title), 200), { indent, lead: `${output.paint[meaning](mark)} ` });
}

/** Draws one change, property by property. */
export function drawChange(output: Output, change: Change): void {
  drawTitle(output, change);
  if (change.instruction) output.text(`By hand: ${person(change.instruction.who)}.`, { indent: 6 });
  // Compared as they are and cleaned afterwards: cleaning must not hide a difference.
  const shape = shapeOf(change);
  const [before, after] = [change.before, change.after].map(shape.arranged ?? (value => value)) as [Json, Json];
  const rows = cleanDeep(differences(before, after));
  for (const row of rows.slice(0, manyRows)) drawRow(output, row, shape);
  if (rows.length > manyRows)
    drawFaint(output, `… and ${count(rows.length - manyRows, 'more property', 'more properties')}`, 6);
  for (const cost of [change.changedByOthers, change.consequence, change.changedClaims, change.noRoles])
    if (cost) output.text(clean(cost), { indent: 6, lead: `${output.paint.bad('!')} ` });
}

function drawRun(output: Output, run: readonly Change[]): void {
  for (const change of run.slice(0, firstFew)) drawTitle(output, change);
  drawFaint(output, `… and ${number(run.length - firstFew)} more like these: ${count(run.length, 'change')} in all`, 4);
  drawRoles(
    output,
    run.map(change => change.after ?? change.before),
    {},
    4,
  );
}

function drawRow(output: Output, row: Row, shape: Shape): void {
  const name = shortened(labelOf(shape, row.property), longName);
  if (row.kind === 'list') drawList(output, name, row, shape);
  else drawValue(output, name, row, shape);
}

function drawValue(output: Output, name: string, { before, after }: ValueRow, { words }: Shape): void {
  const [was, will] = [before, after].map(value => (value === undefined ? undefined : inWords(value, words)));
  const label = name && `${name}: `;
  const line = was !== undefined && will !== undefined ? `${was} → ${will}` : (will ?? `${was} → nothing`);
  if (widthOf(label + line) <= output.width() - 6) {
    output.text(label + line, { indent: 6 });
    return;
  }
  if (name) output.text(label.trimEnd(), { indent: 6 });
  drawEntries(output, was === undefined ? [] : [was], will === undefined ? [] : [will], name ? 8 : 6);
}

function drawList(output: Output, name: string, { added, removed, kept }: ListRow, shape: Shape): void {
  // A list that is all there is to a change needs no name: the title of the change is one.
  if (name) output.text(`${name}:`, { indent: 6 });
  const indent = name ? 8 : 6;
  const few = (list: readonly Json[]) => (isLong(list, shape) ? list.slice(0, firstFew) : list);
  const [gone, come] = told(few(removed), few(added), shape);
  drawEntries(output, gone, come, indent);
  for (const [list, word] of [
    [removed, 'removed'],
    [added, 'added'],
  ] as const) {
    if (!isLong(list, shape)) continue;
    drawFaint(output, `… and ${number(list.length - firstFew)} more: ${number(list.length)} ${word} in all`, indent);
    drawRoles(output, list, shape, indent);
  }
  if (added.length + removed.length === 0) drawFaint(output, 'the same entries in another order', indent);
  else if (kept > 0) drawFaint(output, `${number(kept)} ${kept === 1 ? 'stays as it is' : 'stay as they are'}`, indent);
}

/** The entries of a list in the words of their kind, or whole where those words would hide what differs. */
function told(removed: readonly Json[], added: readonly Json[], { entry }: Shape): [string[], string[]] {
  const tell = (value: Json) => short((isObject(value) && entry?.(value)) || describe(value));
  const [gone, come] = [removed.map(tell), added.map(tell)];
  const whole = (values: readonly Json[], texts: readonly string[], others: readonly string[]) =>
    texts.map((text, index) => (others.includes(text) ? describe(values[index] as Json) : text));
  return [whole(removed, gone, come), whole(added, come, gone)];
}

const isLong = (list: readonly Json[], { isWhole = false }: Shape) => list.length > longList && !isWhole;

function drawEntries(output: Output, removed: readonly string[], added: readonly string[], indent: number): void {
  const draw = (mark: string, entry: string) =>
    output.text(entry, { indent, lead: `${mark} `, wrap: entry.includes(' ') });
  for (const entry of removed) draw(output.paint.bad('-'), entry);
  for (const entry of added) draw(output.paint.good('+'), entry);
}

function drawRoles(output: Output, values: readonly Json[], { role }: Shape, indent: number): void {
  const roles = values.flatMap(value => (role && isObject(value) ? role(value) : rolesOf(value)));
  if (roles.length > 0) output.text(shortened(clean(totals(roles)), 300), { indent, lead: 'By role: ' });
}

/** What an assignment says of its role, whatever the property is called. */
function rolesOf(value: Json): string[] {
  if (!isObject(value)) return [];
  const [, role] = Object.entries(value).find(([name, held]) => /role(?!.*id$)/i.test(name) && held !== null) ?? [];
  if (typeof role === 'string') return [role];
  return Array.isArray(role) ? role.filter(name => typeof name === 'string') : [];
}

const drawFaint = (output: Output, text: string, indent: number) => output.text(output.paint.faint(text), { indent });

const inWords = (value: Json, words: Shape['words']) =>
  typeof value === 'string' && words && Object.hasOwn(words, value) ? (words[value] as string) : describe(value);

/** A value in one line; long ones are shortened, but for URLs and URNs, which are compared character by character. */
function describe(value: Json): string {
  if (value === null) return 'nothing';
  if (value === '') return 'empty';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return describeText(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : short(value.map(describe).join(', '));
  return short(
    Object.entries(value)
      .map(([name, held]) => `${name}: ${describe(held as Json)}`)
      .join(', '),
  );
}

function describeText(text: string): string {
  if (/^(https?:\/\/|urn:)\S{1,400}$/.test(text)) return text;
  return text.length > longValue ? `${shortened(text, 40)} (${count(text.length, 'character')})` : text;
}

const short = (text: string) => shortened(text, longValue * 2);

/** Neighbours of the same kind; the order of a plan is the order of its doing and stays. */
function runs(changes: readonly Change[]): Change[][] {
  const all: Change[][] = [];
  for (const change of changes) {
    const last = all.at(-1)?.[0];
    if (last && last.action === change.action && last.resource === change.resource) all.at(-1)?.push(change);
    else all.push([change]);
  }
  return all;
}
