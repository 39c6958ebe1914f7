import { type Finding, type FindingOptions, findingOf } from './finding.js';
import { masked, maskedRole } from './personal.js';

const flexRoles = ['admin', 'supervisor', 'agent'];
/** What people read where Flex wants a value. */
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
  const sent = `Sent: ${strange.slice(0, 5).map(shown).join(', ')}${known.length > 0 ? ', beside a role of Flex' : ''}.`;
  const evidence = strange.some(isJoined) ? `${sent} Only a comma separates roles in one value.` : sent;
  if (known.length > 0) return [findingOf('roles-unknown', evidence, options), ...isList];
  return [findingOf(strange.some(role => titles.test(role)) ? 'roles-title' : 'roles-invalid', evidence, options)];
}

/** In quotes where it can be read, so that a space in it is seen. */
function shown(role: string): string {
  const readable = maskedRole(role);
  return readable === masked(role) ? readable : `"${readable}"`;
}

/** Roles of Flex with something else than a comma between them. */
const isJoined = (value: string) =>
  value.split(/[^\w.-]+/).filter(word => flexRoles.includes(word.toLowerCase())).length > 1;
