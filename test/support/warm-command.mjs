// The built command, run again and again in one process, so that its modules are loaded once: half the time of most runs is their start.
// Asked by `run` in cli.ts; `start` there takes a process for itself.
import { fileURLToPath } from 'node:url';

const cli = new URL('../../dist/cli.js', import.meta.url);
const bin = fileURLToPath(new URL('../../bin/flex-sso.js', import.meta.url));

// After a failure the command exits, even if a library goes on waiting.
process.exit = () => undefined;
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);

let count = 0;
process.on('message', async ({ args, env }) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, bin, ...args];
  process.exitCode = undefined;
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    process[stream].write = (text, ...more) => {
      said[stream] += text;
      more.findLast(one => typeof one === 'function')?.();
      return true;
    };
  // The module that reads the command line is evaluated anew, and what it imports is there already.
  await import(`${cli.href}?${count++}`);
  process.removeAllListeners('SIGHUP');
  // After a failure a library may still be at work. The pipes lead to the test, and a file that is being closed disturbs nobody.
  const hasEnded = [0, 10].includes(process.exitCode ?? 0);
  const isIdle = process.getActiveResourcesInfo().every(resource => ['PipeWrap', 'CloseReq'].includes(resource));
  process.send({ code: process.exitCode ?? 0, isReusable: hasEnded || isIdle, ...said });
});
