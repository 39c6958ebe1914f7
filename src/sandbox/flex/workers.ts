import { type FlexAccount, newWorker, type Worker } from './account.js';
import type { Assertion } from './saml.js';
import { twilioTime } from './sids.js';
import type { Refusal } from './system.js';

const flexRoles = ['admin', 'supervisor', 'agent'];

/**
 * Writes the claims of an assertion to the Worker of its NameID; a NameID never seen gets a new Worker. A claim
 * that is no longer sent leaves the old value. Claims whose name carries a namespace are ignored.
 */
export function signInWorker(account: FlexAccount, { nameId, claims }: Assertion): Worker | Refusal {
  const bare = Object.entries(claims).filter(([name]) => !/[:/]/.test(name));
  const { email = [], full_name: fullName = [], roles: sent = [], ...others } = Object.fromEntries(bare);
  const roles = sent.flatMap(value => value.split(',')).map(role => role.trim());
  const missing = [
    ...(email.some(Boolean) ? [] : ['email']),
    ...(fullName.some(Boolean) ? [] : ['full_name']),
    ...(roles.some(role => flexRoles.includes(role)) ? [] : ['roles']),
  ];
  if (missing.length > 0)
    return { status: 400, code: 45050, message: `Missing, empty or invalid SAML attributes: ${missing.join(', ')}` };
  const now = new Date();
  let worker = account.workers.find(held => held.nameId === nameId);
  if (!worker) {
    worker = newWorker(account.accountSid, nameId, twilioTime(now));
    account.workers.push(worker);
  }
  // Two logins in one second must still differ.
  else worker.dateUpdated = twilioTime(new Date(Math.max(now.getTime(), Date.parse(worker.dateUpdated) + 1000)));
  worker.attributes = {
    ...worker.attributes,
    ...Object.fromEntries(
      Object.entries(others).map(([name, values]) => [name, values.length > 1 ? values : values[0]]),
    ),
    email: email[0],
    full_name: fullName[0],
    roles,
  };
  return worker;
}
