import type { Cloud } from '../../endpoints.js';
import type { ApplicationIds, ServiceProvider } from '../../migration/facts.js';
import type { Change, Check, WriteContext } from '../../migration/step.js';
import type { Assignment } from './assignments.js';
import type { ClaimsPolicy } from './claims.js';
import type { GraphReader } from './client.js';
import type { Policy } from './policies.js';
import type { EntraApplication } from './read.js';

/** What the new application shall be: of the migration, and carried over from the legacy application. */
export interface Wish {
  migrationId: string;
  /** The display name in the end; the `key` of every change. */
  displayName: string;
  serviceProvider: ServiceProvider;
  /** Who Entra writes to before the certificate expires, as somebody said; `undefined` where nobody did. */
  notificationEmailAddresses: readonly string[] | undefined;
  /** The same of the legacy application: for a new one that has nobody yet. */
  carriedEmailAddresses: readonly string[];
  cloud: Cloud;
  certificateYears: number;
  /** A person adds the certificate: Graph cannot do it in this cloud, or has refused to. */
  certificateByHand: boolean;
  /** As in the legacy application; `undefined` where there is none. */
  appRoleAssignmentRequired: boolean | undefined;
  roles: readonly Role[];
  claims: ClaimsPolicy;
  assignments: readonly Assignment[];
}

/** An app role as an administrator knows it. */
export interface Role {
  value: string;
  displayName: string;
  description: string;
}

/** The new application as it is now. */
export interface There extends EntraApplication {
  claimsMappingPolicies: readonly Policy[];
  tokenIssuancePolicies: readonly Policy[];
  assignments: readonly Assignment[];
  /** Assignments that this tool made and others have removed since. */
  removed: readonly Assignment[];
}

/** One thing about the new application. Planning and checking decide from what was read; only `apply` talks to Graph. */
export interface Concern {
  /** The `resource` of its changes. */
  readonly resources: readonly string[];
  /** `there` is absent as long as the application is. */
  plan(wish: Wish, there: There | undefined): readonly Change[];
  /** Finds before it creates. */
  apply(change: Change, at: ApplicationIds, context: WriteContext): Promise<void>;
  /** The object that a change creates, where it is to be seen; for changes that would leave two if they were done twice. */
  find?(change: Change, at: ApplicationIds, graph: GraphReader): Promise<object | undefined>;
  check?(wish: Wish, there: There): readonly Check[];
}
