import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readWorld } from '../../src/sandbox/world-file.js';

/** A moment in any of the forms that the state file and the sandbox's world have. */
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const dayMs = 24 * 60 * 60_000;

/**
 * Lets days pass for everything in a state directory: each moment in its migrations and in its sandbox's world is that much longer ago.
 * Nothing may run there meanwhile.
 */
export async function age(state: string, days: number): Promise<void> {
  const files = (await readdir(state, { recursive: true })).filter(isMigration).map(name => path.join(state, name));
  for (const file of files) await writeFile(file, older(await readFile(file, 'utf8'), days));
  const dir = path.join(state, 'sandbox');
  const world = readWorld(dir);
  if (!world) return;
  // The journal is in the world that was read.
  for (const name of await readdir(dir)) if (/^world\.\d+\.journal$/.test(name)) await rm(path.join(dir, name));
  await writeFile(path.join(dir, 'world.json'), older(JSON.stringify(world), days));
}

/** A damaged file that was set aside has no moments. */
const isMigration = (name: string) =>
  path.basename(path.dirname(name)) === 'migrations' && /^AC\w+(\.previous)?\.json$/.test(path.basename(name));

/** A JSON text in which every moment is some days earlier; in the same form, as some are compared as text. */
function older(text: string, days: number): string {
  const shifted = JSON.parse(text, (_, value) => (typeof value === 'string' ? earlier(value, days) : value));
  return `${JSON.stringify(shifted, undefined, 2)}\n`;
}

function earlier(text: string, days: number): string {
  if (!moment.test(text)) return text;
  const shifted = new Date(Date.parse(text) - days * dayMs).toISOString();
  return text.includes('.') ? shifted : shifted.replace(/\.\d+Z$/, 'Z');
}
