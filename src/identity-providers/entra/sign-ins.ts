import type { SignIn } from '@microsoft/microsoft-graph-types';
import type { GraphReader } from './client.js';
import { quoted } from './query.js';

/** One entry of Entra's sign-in log. `reason` is remote text; the ids are no names. */
export interface LoggedSignIn {
  at: string;
  userId: string;
  /** 0 for success, else the number of an AADSTS error. */
  errorCode: number;
  reason: string;
}

/** What the log needs and how late it is, for whoever waits for it. Source: Microsoft's page of the sign-in log. */
export const aboutSignInLog =
  'Entra’s sign-in log needs a P1 or P2 licence and the permission AuditLog.Read.All, and is 2 to 15 minutes late.';

const most = 100;

/** The logins to an application since a moment (ISO 8601), newest first, 100 at most. Throws what Graph refuses. */
export async function readSignIns(graph: GraphReader, appId: string, since: string): Promise<LoggedSignIn[]> {
  const filter = `appId eq ${quoted(appId)} and createdDateTime ge ${since}`;
  // The newest alone: a day of a large contact centre takes many pages.
  const { value = [] } = await graph.get<{ value?: SignIn[] }>(
    `/auditLogs/signIns?$filter=${encodeURIComponent(filter)}&$top=${most}`,
  );
  return value
    .map(({ createdDateTime, userId, status }) => ({
      at: createdDateTime ?? '',
      userId: userId ?? '',
      errorCode: status?.errorCode ?? 0,
      reason: status?.failureReason ?? '',
    }))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** As Entra's own pages write an error. */
export const inEntrasWords = ({ errorCode, reason }: LoggedSignIn): string => `AADSTS${errorCode}: ${reason}`;
