import { z } from 'zod';

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

const time = z.iso.datetime();

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

const worker = z.strictObject({
  sid: z.string(),
  /** The Flex identity: the NameID with everything but letters and digits as `_HH`. */
  friendlyName: z.string(),
  dateUpdated: z.string(),
  roles: z.array(z.string()),
  /** SHA-256 of the attributes' text: enough to see a change, and no personal data. */
  attributesDigest: z.string(),
});
export type WorkerRecord = z.infer<typeof worker>;

const serviceProvider = z.strictObject({ entityId: z.string(), acsUrl: z.string() });
/** The two values that Flex shows and the identity provider needs. */
export type ServiceProvider = z.infer<typeof serviceProvider>;

const identityProviderData = z.strictObject({
  issuer: z.string(),
  ssoUrl: z.string(),
  /** The active signing certificate as PEM. */
  certificate: z.string(),
});
/** The three values that the identity provider shows and Flex needs. */
export type IdentityProviderData = z.infer<typeof identityProviderData>;

const refusal = z.strictObject({
  /** Who refused, or did not answer. */
  by: z.enum(['flex', 'entra', 'flex-sso']),
  at: time,
  code: z.number().optional(),
  /** Remote text, without names of people. */
  message: z.string(),
  /** What it was found to mean, where the words alone do not say it. */
  cause: z.string().optional(),
});
/** Why the last login that was to prove the connection came to nothing. */
export type LoginRefusal = z.infer<typeof refusal>;

const applicationIds = z.strictObject({
  /** Object id of the application (App registrations). */
  id: z.string(),
  /** Application (client) id, the same for application and service principal. */
  appId: z.string(),
  servicePrincipalId: z.string(),
  displayName: z.string(),
});
export type ApplicationIds = z.infer<typeof applicationIds>;

/** What there is to tell one application from another by. Names are remote text. */
const legacyCandidate = z.strictObject({
  appId: z.string(),
  displayName: z.string(),
  /** Which identifier of the legacy connection it has, the one that Flex sends before others. */
  identifier: z.string(),
  otherIdentifiers: z.array(z.string()).optional(),
  replyUrls: z.array(z.string()).optional(),
  createdDateTime: z.string().optional(),
  /** Set where it is soft-deleted: it has to be restored before anything can be read from it. */
  deletedDateTime: z.string().optional(),
  /** How many users and groups are assigned. */
  assigned: z.int().nonnegative().optional(),
  /** Absent where the sign-in log cannot be read. */
  lastSignIn: z.string().nullable().optional(),
  /** Whether anybody may sign in to it. */
  enabled: z.boolean().optional(),
  /** The tenant that it belongs to. */
  tenantId: z.string().optional(),
});
export type LegacyCandidate = z.infer<typeof legacyCandidate>;

const evidence = z.strictObject({
  /**
   * The strongest: `flex`: a login came back to the tool. `taskrouter`: a Worker changed. `entra`: the sign-in log holds a login to the
   * application, which does not show that Flex took it. `word`: somebody said so. `none`: skipped.
   */
  source: z.enum(['flex', 'taskrouter', 'entra', 'word', 'none']),
  /** Everybody who saw it. */
  seenBy: z.array(z.enum(['flex', 'entra', 'taskrouter', 'word'])).optional(),
  /** False where an older session answered, so that nothing was asked of the identity provider. */
  fresh: z.boolean().optional(),
  at: time,
  connectionName: z.string(),
  accountSid: z.string().optional(),
  flexUserSid: z.string().optional(),
  workerSid: z.string().optional(),
  identity: z.string().optional(),
  nameId: z.string().optional(),
  roles: z.array(z.string()).optional(),
  /** Whether the login led to a Worker that was there before; absent where that cannot be told. */
  sameWorker: z.boolean().optional(),
  /** Of what was seen from outside: whether it shows that the login took this connection; the legacy one may leave the same traces. */
  throughConnection: z.boolean().optional(),
  /** What speaks against it, by its cause in `src/diagnosis`; without names of people. */
  doubts: z
    .array(z.strictObject({ cause: z.string(), severity: z.enum(['error', 'warning', 'info']), message: z.string() }))
    .optional(),
});
/** What is known of a login through the enhanced connection; no token is part of it. */
export type Evidence = z.infer<typeof evidence>;

/** What the steps found out, kept so that a later run and `revert` know the world as it was. */
const facts = z.strictObject({
  flex: z
    .strictObject({
      uiVersion: z.string(),
      flexInstanceSid: z.string(),
      workspaceSid: z.string(),
      /** The runtime domain without `.twil.io`, as in `https://flex.twilio.com/<domain>`. */
      runtimeDomain: z.string(),
    })
    .optional(),
  legacy: z
    .strictObject({
      ...serviceProvider.shape,
      /** Where the legacy connection sends people to log in. */
      ssoUrl: z.string(),
      /** The Entra tenant in that URL, where it is Entra's. */
      tenantId: z.string().optional(),
    })
    .optional(),
  legacyApplication: applicationIds.optional(),
  /** Applications of which one may be the legacy one, as far as that is not clear. */
  legacyCandidates: z.array(legacyCandidate).optional(),
  /** How many of those who may log in through the legacy application have no Flex role. */
  peopleWithoutRole: z.int().nonnegative().optional(),
  /** Entra did not take the new identifier beside the legacy one. */
  overlapRefused: z.boolean().optional(),
  /** Graph has no action here that makes a signing certificate. */
  certificateByHand: z.boolean().optional(),
  connection: z
    .strictObject({ name: z.string(), ...serviceProvider.shape, clientId: z.string().optional() })
    .optional(),
  application: applicationIds.optional(),
  identityProviderData: identityProviderData.optional(),
  /** Public: the certificates (PEM) that Entra lists for the existing application; `active`: it signs with this one. */
  listedCertificates: z.array(z.strictObject({ certificate: z.string(), active: z.boolean() })).optional(),
  /** Since when they are known to be so. */
  listedCertificatesAt: time.optional(),
  /** As they were when the migration began: who had a Worker. */
  workersBefore: z.array(worker).optional(),
  /** As they were just before the login that proves the connection. */
  workersBeforeLogin: z.array(worker).optional(),
  /** Since when a login is awaited: one before it proves nothing, and evidence beside it is an earlier login's, or not yet enough. */
  loginAwaitedSince: time.optional(),
  /** The address of this machine that Flex did not send a login back to, so that the login is observed elsewhere. */
  callbackRefused: z.string().optional(),
  evidence: evidence.optional(),
  refusal: refusal.optional(),
  finishedAt: time.optional(),
  /** When Console was switched back, or left the setup of a modified connection: what was said there before is to be said anew. */
  switchedBackAt: time.optional(),
  revertedAt: time.optional(),
});
export type Facts = z.infer<typeof facts>;

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

/** The journal entry of the newest applied change of this kind, among `entries`. */
export function lastApplied(
  entries: readonly JournalEntry[],
  step: StepId,
  resource: string,
  key?: string,
): JournalEntry | undefined {
  return entries.findLast(
    entry =>
      entry.status === 'applied' &&
      entry.direction === 'forward' &&
      entry.step === step &&
      entry.change.resource === resource &&
      (key === undefined || entry.change.key === key),
  );
}
