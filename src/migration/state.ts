import { z } from 'zod';
import { facts, time } from './facts.js';

/** The version of the document below. Raise it with a migration in `stores/file-store.ts` whenever its shape changes. */
export const schemaVersion = 1;

export const stepIds = [
  'discover',
  'select-setup-type',
  'start-setup',
  'update-identity-provider',
  'enter-identity-provider-data',
  'configure-self-hosted',
  'validate-connection',
  'finish',
] as const;
export type StepId = (typeof stepIds)[number];

/**
 * What to do by hand where no API can do it: one page, and there one task after the other. Labels are exactly those of the page, so
 * that a person finds them and the sandbox's operator can follow them to the letter.
 */
const instruction = z.strictObject({
  /** Whose hands: the Flex administrator, the IdP administrator, or any user who may log in to Flex. */
  who: z.enum(['flex-administrator', 'identity-provider-administrator', 'user']),
  summary: z.string(),
  /** Public URL of the page; absent where it differs from tenant to tenant. */
  page: z.string().optional(),
  tasks: z.array(
    z.discriminatedUnion('do', [
      /** A button or link with this label. */
      z.strictObject({ do: z.literal('click'), label: z.string() }),
      /** One of several options (radio button), by its label. */
      z.strictObject({ do: z.literal('choose'), label: z.string() }),
      /** A box to tick. */
      z.strictObject({ do: z.literal('tick'), label: z.string() }),
      /** A field, by its label, and what goes into it. */
      z.strictObject({ do: z.literal('enter'), label: z.string(), value: z.string() }),
      /** Anything else, in words. */
      z.strictObject({ do: z.literal('read'), text: z.string() }),
    ]),
  ),
});
export type Instruction = z.infer<typeof instruction>;

const change = z.strictObject({
  action: z.enum(['create', 'update', 'delete', 'manual']),
  /** What kind of thing changes, in its system's own words: `application`, `appRoles`, `flexConsole` … */
  resource: z.string(),
  /** Which one of its kind; `resource` and `key` name a change within its step. */
  key: z.string(),
  /** One line for a reader: what this change is for. */
  title: z.string(),
  before: z.json(),
  after: z.json(),
  instruction: instruction.optional(),
  /** What it costs people beyond what it changes; accepted on its own, never by accepting the plan alone. May hold remote text. */
  consequence: z.string().optional(),
  /** What of people's roles and names it makes in another way than today; accepted on its own as well. May hold remote text. */
  changedClaims: z.string().optional(),
  /** Says that nobody at all could log in to Flex after it, if that is so; accepted on its own as well. */
  noRoles: z.string().optional(),
  /** What others made since this tool last wrote or saw it, and the change undoes; approved by name, or left out. */
  changedByOthers: z.string().optional(),
});
/** One thing that a step wants different. `before` is null where there was nothing, `after` null where nothing will be. */
export type Change = z.infer<typeof change>;

/** Why a login fails, as `src/diagnosis` explains it: a stable code, what shows it, and whose product to change at which field. */
const finding = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  evidence: z.string(),
  certainty: z.enum(['seen', 'likely']),
  fix: z.string(),
  product: z.string(),
  field: z.string(),
  /** Which of the attributes that Flex demands it is about. */
  attributes: z.array(z.string()).optional(),
  /** Set where it speaks of the legacy connection. */
  connection: z.literal('legacy').optional(),
});
export type RecordedFinding = z.infer<typeof finding>;

const comparedItem = z.strictObject({
  /** What of the login request, or of what meets it. */
  item: z.string(),
  expected: z.string(),
  seen: z.string(),
  result: z.enum(['same', 'different', 'not-compared']),
});
/** One value of a login request beside what it should be. Remote text. */
export type ComparedItem = z.infer<typeof comparedItem>;

const followedLogin = z.strictObject({
  connection: z.enum(['enhanced', 'legacy']),
  reached: z.enum(['identity-provider', 'error']),
  /** Public URLs without queries; status 0 where no answer came. */
  hops: z.array(z.strictObject({ method: z.string(), url: z.string(), status: z.int() })),
  compared: z.array(comparedItem),
});
/** A login that was followed up to the password, request by request. */
export type FollowedLogin = z.infer<typeof followedLogin>;

const check = z.strictObject({
  /** Stable name, for scripts. */
  name: z.string(),
  result: z.enum(['passed', 'failed', 'unknown']),
  /** How it is known: seen in the system itself, or told by a person. A word never passes for an observation. */
  strength: z.enum(['observed', 'word']),
  message: z.string(),
  expected: z.string().optional(),
  seen: z.string().optional(),
  hint: z.string().optional(),
  finding: finding.optional(),
  probe: followedLogin.optional(),
});
export type Check = z.infer<typeof check>;

const journalEntry = z.strictObject({
  step: z.enum(stepIds),
  direction: z.enum(['forward', 'back']),
  change,
  /** `intended` is on disk before the write, `applied` after it. An `intended` one found later was interrupted. */
  status: z.enum(['intended', 'applied']),
  by: z.enum(['tool', 'person']),
  intendedAt: time,
  appliedAt: time.optional(),
  /** When its step was checked and found done: from then on whatever differs came from others. */
  checkedAt: time.optional(),
  /** When the world showed that a person had not done it yet: if it shows the contrary later, they have done it since. */
  notDoneAt: time.optional(),
  /** When the world showed that a person had done it, and nobody had said so. */
  seenAt: time.optional(),
});
export type JournalEntry = z.infer<typeof journalEntry>;

const identityProviders = ['entra', 'okta', 'google', 'salesforce', 'auth0', 'other'] as const;

/** What was answered, by flag or by question; kept so that nobody is asked twice. Never a secret. */
const answers = z.strictObject({
  realTime: z.enum(['yes', 'no']).optional(),
  tolerateDenied: z.enum(['yes', 'no']).optional(),
  setupType: z.enum(['modify', 'new']).optional(),
  identityProvider: z.enum(identityProviders).optional(),
  hosting: z.enum(['hosted', 'self-hosted']).optional(),
  entityId: z.string().optional(),
  acsUrl: z.string().optional(),
  login: z.enum(['browser', 'observe', 'skip']).optional(),
  applicationName: z.string().optional(),
  legacyApplication: z.string().optional(),
  cloud: z.enum(['global', 'us-government', 'us-dod', 'china']).optional(),
  /** The Entra tenant to work in, as its id or a domain. */
  tenant: z.string().optional(),
  certificateYears: z.enum(['1', '2', '3']).optional(),
  notificationEmails: z.string().optional(),
  nameId: z.enum(['keep', 'mail', 'userprincipalname']).optional(),
  defaultRole: z.enum(['keep', 'agent', 'supervisor', 'admin']).optional(),
  overlap: z.enum(['yes', 'no']).optional(),
  redirectUrl: z.string().optional(),
  callbackPort: z.string().optional(),
  appConfig: z.string().optional(),
  metadata: z.string().optional(),
  issuer: z.string().optional(),
  ssoUrl: z.string().optional(),
  certificate: z.string().optional(),
});
export type Answers = z.infer<typeof answers>;

export const migrationSchema = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  id: z.uuid(),
  /** Counts the saves; a save must name the revision it started from. */
  revision: z.int().nonnegative(),
  accountSid: z.string().regex(/^AC[0-9a-f]{32}$/),
  createdAt: time,
  updatedAt: time,
  direction: z.enum(['forward', 'back']),
  answers,
  facts,
  /** The steps whose changes are applied and checked, in the current direction. */
  completed: z.array(z.enum(stepIds)),
  /** What was intended and applied since the migration began, or began again after a revert; oldest first. */
  journal: z.array(journalEntry),
  /** The journals of before the last revert. */
  history: z.array(journalEntry),
  /** The journals of an earlier setup type, if it was changed. Nothing in them holds any more. */
  earlier: z.array(journalEntry).optional(),
  /** Changes that were shown and not applied, because the world had changed meanwhile: what was `before` them was seen then. */
  outdated: z.array(z.strictObject({ step: z.enum(stepIds), at: time, change })).optional(),
  /** What was last checked, by step. */
  checks: z.partialRecord(z.enum(stepIds), z.array(check)),
});
/** The one document of a migration. */
export type Migration = z.infer<typeof migrationSchema>;

/** The document of a migration that has just begun. */
export function beginMigration(accountSid: string, now = new Date().toISOString()): Migration {
  return {
    schemaVersion,
    id: crypto.randomUUID(),
    revision: 0,
    accountSid,
    createdAt: now,
    updatedAt: now,
    direction: 'forward',
    answers: {},
    facts: {},
    completed: [],
    journal: [],
    history: [],
    checks: {},
  };
}
