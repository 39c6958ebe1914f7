import { type Finding, type FindingOptions, findingOf } from './finding.js';
import { masked } from './personal.js';

const flexRoles = ['admin', 'supervisor', 'agent'];
/** What people read where Flex wants a value; everything else in the attribute is somebody's own data. */
const titles = /^(administrators?|admins?|supervisors?|agents?|flex[-_ .]?(admin|supervisor|agent))$/i;

/** Whether the values of the attribute `roles` let anybody in. */
export function roleFindings(values: readonly string[], options: FindingOptions): Finding[] {
  const roles = values.flatMap(value => value.split(',')).map(role => role.trim());
  const known = roles.filter(role => flexRoles.includes(role));
  const strange = roles.filter(role => role !== '' && !flexRoles.includes(role) && !role.startsWith('wfo.'));
  const list = values.some(value => value.includes(','));
  const isList = list ? [findingOf('roles-list', `${roles.length} roles are sent in one value.`, options)] : [];
  if (strange.length === 0)
    return known.length > 0 ? isList : [findingOf('roles-invalid', 'Only roles of Flex Insights are sent.', options)];
  const evidence = `Sent: ${strange.slice(0, 5).map(shown).join(', ')}${known.length > 0 ? ', beside a role of Flex' : ''}.`;
  if (known.length > 0) return [findingOf('roles-unknown', evidence, options), ...isList];
  return [findingOf(strange.some(role => titles.test(role)) ? 'roles-title' : 'roles-invalid', evidence, options)];
}

const shown = (role: string) => (titles.test(role) ? `"${role}"` : masked(role));
