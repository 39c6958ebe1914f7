import path from 'node:path';
import envPaths from 'env-paths';
import type { CommandOptions } from './options.js';

/** Where everything that is kept is kept: `--state`, `FLEX_SSO_STATE`, or the platform's place for application data. */
function stateDirectory(options: CommandOptions): string {
  return path.resolve(options.state || process.env.FLEX_SSO_STATE || envPaths('flex-sso', { suffix: '' }).data);
}

/** The sandbox's world, and the migrations made in it, apart from the real ones. */
export const sandboxDirectory = (options: CommandOptions): string => path.join(stateDirectory(options), 'sandbox');

export function migrationsDirectory(options: CommandOptions): string {
  return path.join(options.sandbox ? sandboxDirectory(options) : stateDirectory(options), 'migrations');
}
