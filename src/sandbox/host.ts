import type { Directory } from './entra/directory.js';
import type { FlexAccount } from './flex/account.js';

/** Everything that the sandbox's two services remember. Plain JSON, kept on disk. */
export interface World {
  version: 1;
  directory: Directory;
  account: FlexAccount;
}

/**
 * What each of the sandbox's services is served with. In its documents, tokens and SAML messages the world uses public
 * URLs, as the real systems do, so that it can be served on another port next time; `toLocal` makes the ones that a browser must
 * follow (Location headers, form actions, links).
 */
export interface SandboxHost {
  /** The folder that the world is kept in. */
  readonly dir: string;
  readonly world: World;
  /** What the two services get wrong on purpose, by name; see `faults.ts` and `breaks.ts`. */
  readonly faults: ReadonlySet<string>;
  readonly breaks: ReadonlySet<string>;
  /** Puts the world on disk, before the answer to whatever changed it goes out. */
  save(): void;
  toLocal(publicUrl: string): string;
  toPublic(localUrl: string): string;
}
