import { type AddressInfo, createServer } from 'node:net';
import { demandFreePort } from '../flex/callback.js';
import { callbackUrl } from '../flex/login.js';
import type { FlexAccount } from './flex/account.js';

/**
 * The port that logins return to, if nobody chose one: the one of the last run, or another one if a program uses that now. Flex trusts
 * the new address if it trusted the old one, so that nobody has to go to Console because of a port.
 */
export async function freeCallbackPort(account: FlexAccount, save: () => void): Promise<string> {
  const { callbackPort: before } = account;
  if (before && (await isFree(before))) return before;
  const callbackPort = await freePort();
  if (before) {
    const moved = (url: string) =>
      url === callbackUrl({ callbackPort: before }) ? callbackUrl({ callbackPort }) : url;
    for (const connection of account.connections) connection.trustedUrls = connection.trustedUrls.map(moved);
  }
  account.callbackPort = callbackPort;
  save();
  return callbackPort;
}

const isFree = (port: string) =>
  demandFreePort(Number(port)).then(
    () => true,
    () => false,
  );

function freePort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(String(port)));
    });
  });
}
