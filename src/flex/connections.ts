import { z } from 'zod';
import type { Http } from '../http.js';
import type { Server } from '../network-trouble.js';
import { isGood, jsonOf, oddAnswer, refusalOf, refused } from './answer.js';
import type { Connection } from './client.js';

const what = "list the account's SSO connections";

/**
 * Reads the enhanced connections of an account, those for a browser alone; needs no credentials. Empty where Flex knows none, which it
 * may say by 404 too. Throws `FlexSsoError`.
 */
export async function readConnections(http: Http, server: Server, accountSid: string): Promise<Connection[]> {
  const query = new URLSearchParams({ AccountSid: accountSid });
  const url = `https://services.twilio.com/v1/Flex/Authentication/Config?${query}`;
  const response = await http({ url, expects: { json: ['config_list'] } });
  if (response.status === 404) return [];
  if (!isGood(response)) throw refused(what, refusalOf(response));
  const answer = answerShape.safeParse(jsonOf(response));
  if (!answer.success) throw oddAnswer(server, what, 'it holds no config_list');
  const { config_list: list } = answer.data;
  const entries: unknown[] = Array.isArray(list) ? list : list === null ? [] : [list];
  return entries.filter(isForBrowsers).map(entry => {
    const read = connectionShape.safeParse(entry);
    if (!read.success) throw oddAnswer(server, what, z.prettifyError(read.error));
    const { connection_name: name, account_sid, client_id: clientId, active } = read.data;
    return { name, accountSid: account_sid, clientId, active };
  });
}

const answerShape = z.object({ config_list: z.union([z.array(z.unknown()), z.looseObject({}), z.null()]) });

const connectionShape = z.object({
  connection_name: z.string().regex(/^JQ[0-9a-f]{32}$/),
  account_sid: z.string(),
  client_id: z.string(),
  active: z.boolean(),
});

/** An entry that does not say what it is for is looked at, so that it is reported and not passed over. */
function isForBrowsers(entry: unknown): boolean {
  return !(typeof entry === 'object' && entry !== null && 'app_type' in entry) || entry.app_type === 'SinglePageApp';
}
