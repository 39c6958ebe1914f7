import type { Application } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { GraphReader } from './client.js';
import { isRefusedForGood } from './refusals.js';

/** An application that was deleted and can be restored for 30 days. It keeps its identifiers meanwhile. */
export interface DeletedApplication {
  appId: string;
  displayName: string;
  identifierUris: readonly string[];
  replyUrls: readonly string[];
  createdDateTime?: string;
  deletedDateTime: string;
}

const properties = 'id,appId,displayName,identifierUris,web,createdDateTime,deletedDateTime';

/** The deleted applications of the tenant; none where they cannot be read. */
export async function deletedApplications(graph: GraphReader): Promise<DeletedApplication[]> {
  const found = await readable(() =>
    graph.list<Application>(`/directory/deletedItems/microsoft.graph.application?$select=${properties}&$top=999`),
  );
  return (found ?? []).flatMap(({ appId, displayName, identifierUris, web, createdDateTime, deletedDateTime }) =>
    appId
      ? [
          {
            appId,
            displayName: displayName ?? '',
            identifierUris: identifierUris ?? [],
            replyUrls: web?.redirectUris ?? [],
            deletedDateTime: deletedDateTime ?? '',
            ...(createdDateTime && { createdDateTime }),
          },
        ]
      : [],
  );
}

/** What can be read where it is allowed, and is left out where it is not. */
export async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isRefusedForGood(error) || (error instanceof FlexSsoError && error.code === 'graph-permission-missing'))
      return undefined;
    throw error;
  }
}
