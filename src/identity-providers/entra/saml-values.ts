import type { Application } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/facts.js';
import type { GraphReader } from './client.js';

/** What of an application decides whether it takes a login request. All values are remote text. */
export interface SamlValues {
  identifiers: readonly string[];
  replyUrls: readonly string[];
  demandsSignedRequests: boolean;
}

/** One request; undefined where Entra does not show the application. Throws what Graph refuses. */
export async function readSamlValues(graph: GraphReader, { id }: ApplicationIds): Promise<SamlValues | undefined> {
  const application = await graph.find<Application>(
    `/applications/${id}?$select=id,identifierUris,web,requestSignatureVerification`,
  );
  return (
    application && {
      identifiers: application.identifierUris ?? [],
      replyUrls: application.web?.redirectUris ?? [],
      demandsSignedRequests: application.requestSignatureVerification?.isSignedRequestRequired ?? false,
    }
  );
}
