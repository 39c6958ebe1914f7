import type { SandboxHost } from '../host.js';
import type { Directory } from './directory.js';
import type { Manners } from './manners.js';
import { createReplication, type Replication } from './replication.js';
import { createTokens, type Tokens } from './tokens.js';

/** What every part of the sandbox's Entra works on. */
export interface Entra {
  readonly host: SandboxHost;
  readonly manners: Manners;
  readonly replication: Replication;
  readonly tokens: Tokens;
  readonly directory: Directory;
}

export function createEntra(host: SandboxHost, manners: Manners): Entra {
  return {
    host,
    manners,
    replication: createReplication(manners),
    tokens: createTokens(),
    get directory() {
      return host.world.directory;
    },
  };
}
