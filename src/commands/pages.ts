import { type Endpoints, toEndpoint } from '../endpoints.js';
import type { MigrationEvent } from '../migration/events.js';
import type { Person } from '../migration/person.js';
import type { Change } from '../migration/state.js';

/** Instructions name public pages; whoever follows one needs the page where it is really served, in the sandbox for one. */
export function pagesAt(endpoints: Endpoints) {
  const change = (given: Change): Change => {
    const page = given.instruction?.page;
    return given.instruction && page
      ? { ...given, instruction: { ...given.instruction, page: toEndpoint(endpoints, page) } }
      : given;
  };
  return {
    change,
    event: (given: MigrationEvent): MigrationEvent => {
      if ('changes' in given) return { ...given, changes: given.changes.map(change) };
      return 'change' in given ? { ...given, change: change(given.change) } : given;
    },
    person: (given: Person): Person => ({ ...given, perform: (step, todo) => given.perform(step, change(todo)) }),
  };
}
