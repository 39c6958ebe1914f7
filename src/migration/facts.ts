import { z } from 'zod';

/** ISO 8601. */
export const time = z.iso.datetime();

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

const legacyAnswer = z.strictObject({
  at: time,
  /** What its NameID was made of, as `user.mail`; absent where its claims could not be read. */
  nameId: z.string().optional(),
  /** How it was signed, in words, as its token issuance policy said; absent if it had none. */
  signing: z.string().optional(),
  /** What Flex would not take of its answer, by cause (and attributes): it may have let people in in spite of that. */
  problems: z.array(z.string()),
});
/** What the legacy application answered with while agents logged in through it. */
export type LegacyAnswer = z.infer<typeof legacyAnswer>;

/** What the steps found out, kept so that a later run and `revert` know the world as it was. */
export const facts = z.strictObject({
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
  /** What the legacy application signed with while agents logged in through it: as far as logins worked, what Flex holds. */
  legacyCertificate: z.strictObject({ thumbprint: z.string(), at: time }).optional(),
  legacyAnswer: legacyAnswer.optional(),
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
  /** When the enhanced connection was seen to be the active one. */
  finishedAt: time.optional(),
  /** The last time before `finishedAt` that it was seen not to be; absent if it never was. Finish was clicked in between. */
  notFinishedAt: time.optional(),
  /** The new connection that Flex was seen to use: from then on Console keeps it and switches it on and off. */
  savedConnection: z.string().optional(),
  /** When Console was switched back, or left the setup of a modified connection: what was said there before is to be said anew. */
  switchedBackAt: time.optional(),
  revertedAt: time.optional(),
});
export type Facts = z.infer<typeof facts>;
