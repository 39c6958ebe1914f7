import type { Report } from '../../migration/step.js';

const made = new WeakMap<Report, Set<string>>();

/** A plan is made again before it is applied; what it has to say is said once a step. */
export function noteOnce(report: Report, message: string): void {
  const before = made.get(report) ?? new Set();
  if (!before.has(message)) report.note(message);
  made.set(report, before.add(message));
}
