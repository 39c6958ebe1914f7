import type fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

/** Hears of a call that changes a file, before it is made: its name, and the file if the call names it. */
export type Disk = (name: string, file: string | undefined) => unknown;

type Patched = Record<string, (...given: unknown[]) => unknown>;

const require = createRequire(import.meta.url);
const plain: typeof fs = require('node:fs');
const handle = await plain.promises.open(new URL(import.meta.url));
/** What all file handles inherit from. */
const handles: Patched = Object.getPrototypeOf(handle);
await handle.close();

const ofFiles = ['open', 'writeFile', 'appendFile', 'rename', 'unlink', 'rm', 'link', 'copyFile', 'truncate'];
const ofDescriptors = ['write', 'writev', 'fsync', 'fdatasync', 'ftruncate', 'close'];
const ofHandles = ['write', 'writev', 'writeFile', 'appendFile', 'truncate', 'sync', 'datasync', 'close'];

/** Tells of every call of `node:fs` that changes a file, be it synchronous, with a callback, a promise or a handle; returns how to stop. */
export function watchDisk(tell: Disk | undefined): () => void {
  if (!tell) return () => undefined;
  const undo = [
    ...[...ofFiles, ...ofDescriptors].flatMap(name =>
      [name, `${name}Sync`].map(way => patch(plain as unknown as Patched, way, tell)),
    ),
    ...ofFiles.map(name => patch(plain.promises as unknown as Patched, name, tell)),
    ...ofHandles.map(name => patch(handles, name, tell)),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const back of undo) back();
    syncBuiltinESMExports();
  };
}

function patch(on: Patched, name: string, tell: Disk): () => void {
  const call = on[name];
  if (!call) return () => undefined;
  on[name] = function (this: unknown, ...given: unknown[]) {
    // To open a file for reading changes nothing.
    const isRead = /^open(Sync)?$/.test(name) && (typeof given[1] !== 'string' || given[1] === 'r');
    if (!isRead) tell(name, typeof given[0] === 'string' ? given[0] : undefined);
    return call.apply(this, given);
  };
  return () => {
    on[name] = call;
  };
}
