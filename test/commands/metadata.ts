import path from 'node:path';
import { expect } from 'vitest';
import { toEndpoint } from '../../src/endpoints.js';
import { createHttp } from '../../src/http.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { run } from '../support/cli.js';
import { stateDirectory } from './sandbox.js';

/** The flags of an unattended run in the sandbox of a state directory. */
export const here = (state: string) => ['--sandbox', '--yes', '--json', '--state', state];

/** The newest application's metadata: its address, as the page of the sandbox's identity provider shows it, and its text. */
export async function newestMetadata(state: string, identityProvider: string) {
  const { endpoints, close } = await startSandbox({ dir: path.join(state, 'sandbox') });
  try {
    const http = createHttp({ endpoints });
    const page = `https://login.microsoftonline.com/admin/${identityProvider}`;
    const { text } = await http({ url: toEndpoint(endpoints, page) });
    const url = text.match(/https:\/\/[^"<]*federationmetadata\.xml\?appid=[0-9a-f-]+/g)?.at(-1) ?? '';
    return { url, xml: (await http({ url })).text };
  } finally {
    await close();
  }
}

/** A migration whose IdP administrator has made the application, and whose metadata is not there yet. */
export async function beforeMetadata(identityProvider: string) {
  const state = await stateDirectory({});
  const metadata = path.join(state, 'metadata.xml');
  const begin = ['migrate', '--setup-type', 'new', '--idp', identityProvider, '--metadata', metadata];
  const waiting = await run([...begin, ...here(state)]);
  expect(waiting).toMatchObject({ code: 2, stderr: '', json: { error: { code: 'document-unreadable' } } });
  expect(waiting.json.error.message).toContain(metadata);
  return { state, metadata };
}
