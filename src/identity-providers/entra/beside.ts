import type { User } from '@microsoft/microsoft-graph-types';
import { nameIdFrom } from '../../flex/identity.js';
import type { WorkerRecord } from '../../migration/facts.js';
import type { Beside } from '../../people/outlook.js';
import type { Access } from './access.js';
import type { InnerMember } from './people.js';

interface Known {
  workers: readonly WorkerRecord[];
  /** The NameID that somebody has today; absent where it cannot be computed here. */
  nameId: ((user: User) => string | undefined) | undefined;
  find(nameId: string): WorkerRecord | undefined;
}

/** Beside those who may log in: who is in groups inside the assigned ones alone, and the Workers that none of all of them comes to. */
export function besideThem(people: readonly Access[], inner: readonly InnerMember[], known: Known): Beside[] {
  const { workers, nameId, find } = known;
  const workerOf = (user: User) => {
    const today = nameId?.(user);
    return today === undefined ? undefined : find(today);
  };
  const groupsOf = new Map<string, InnerMember[]>();
  for (const one of inner) groupsOf.set(one.user.id ?? '', [...(groupsOf.get(one.user.id ?? '') ?? []), one]);
  const notLetIn = [...groupsOf.values()].flatMap<Beside>(([first, ...more]) => {
    if (!first) return [];
    const through = [first, ...more].map(({ group, inside }) => `${group}, inside ${inside}`);
    const workerToday = workerOf(first.user)?.sid;
    return [{ ...nothing, ...describePerson(first.user), through, workerToday, verdict: 'not-let-in' }];
  });
  if (!nameId) return notLetIn;
  const led = new Set([...people, ...inner].flatMap(({ user }) => workerOf(user)?.sid ?? []));
  const nobodys = workers
    .filter(({ sid }) => !led.has(sid))
    .map<Beside>(({ sid, friendlyName }) => ({
      ...nothing,
      nameIdToday: nameIdFrom(friendlyName),
      workerToday: sid,
      verdict: 'nobodys-worker',
    }));
  return [...notLetIn, ...nobodys];
}

/** What is said of a person wherever they are listed. */
export function describePerson(user: User) {
  return {
    name: user.displayName || (user.userPrincipalName ?? user.id ?? ''),
    userPrincipalName: user.userPrincipalName ?? user.id ?? '',
    mail: user.mail ?? '',
    isEnabled: user.accountEnabled !== false,
    isGuest: user.userType === 'Guest',
  };
}

const nothing = {
  name: '',
  userPrincipalName: '',
  mail: '',
  isEnabled: true,
  isGuest: false,
  through: [],
  rolesToday: [],
  rolesTomorrow: [],
  nameIdToday: undefined,
  nameIdTomorrow: undefined,
  workerToday: undefined,
  workerTomorrow: undefined,
  remarks: [],
} satisfies Partial<Beside>;
