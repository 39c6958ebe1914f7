import type { Cloud } from '../../endpoints.js';
import type { Fault } from '../faults.js';
import type { SandboxHost } from '../host.js';
import type { Directory } from './directory.js';
import { type Manners, mannersWith } from './manners.js';
import { createReplication, type Replication } from './replication.js';
import { createTokens, type Tokens } from './tokens.js';
import { createTurns, type Turns } from './turns.js';

/** What every part of the sandbox's Entra works on. */
export interface Entra {
  readonly host: SandboxHost;
  readonly manners: Manners;
  readonly replication: Replication;
  readonly tokens: Tokens;
  readonly directory: Directory;
  /** Whether Entra has this fault. */
  has(fault: Fault): boolean;
  /** Whether it has this fault and it is its turn: at every `every`th time that somebody asks, `most` times at all. */
  turn: Turns;
}

/** What Graph does not have in any national cloud. */
const missingInClouds: readonly Fault[] = ['no-certificate-action', 'claims-unreadable-404'];
const lacksInCloud = (fault: Fault, cloud: Cloud = 'global') => cloud !== 'global' && missingInClouds.includes(fault);

export function createEntra(host: SandboxHost, base: Manners): Entra {
  const manners = mannersWith(base, host.faults);
  return {
    host,
    manners,
    replication: createReplication(manners),
    tokens: createTokens(),
    has: fault => host.faults.has(fault) || lacksInCloud(fault, host.world.directory.cloud),
    turn: createTurns(host.faults),
    get directory() {
      return host.world.directory;
    },
  };
}
