// Preloaded into a run of the command (NODE_OPTIONS=--import): whatever reaches for the network ends the process with code 99.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { writeSync } from 'node:fs';
import net from 'node:net';

const refuse = what => () => {
  writeSync(2, `${what} was called\n`);
  process.exit(99);
};

net.Socket.prototype.connect = refuse('connect');
net.Server.prototype.listen = refuse('listen');
dgram.createSocket = refuse('createSocket');
dns.lookup = refuse('lookup');
dns.promises.lookup = refuse('lookup');
globalThis.fetch = refuse('fetch');
