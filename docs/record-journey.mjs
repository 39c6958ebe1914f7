// Records docs/journey.txt: a whole migration in the sandbox, setup type new, as a person sees it at 80 columns without colour.
// Run it after `npm run build`:  node docs/record-journey.mjs
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const bin = fileURLToPath(new URL('../bin/flex-sso.js', import.meta.url));
const file = fileURLToPath(new URL('journey.txt', import.meta.url));
const size = { cols: 80, rows: 60 };

const home = await mkdtemp(path.join(tmpdir(), 'flex-sso-journey-'));
const terminal = new xterm.Terminal({ ...size, scrollback: 10_000, allowProposedApi: true });
try {
  await record();
  // The folder that the sandbox was kept in for the recording is nobody's.
  await writeFile(file, `$ npx flex-sso migrate --sandbox\n${lines().join('\n').replaceAll(home, '/home/ann')}\n`);
} finally {
  await rm(home, { recursive: true, force: true });
}

/** Lets the command run to its end, and answers as somebody who accepts what is offered. */
function record() {
  const command = spawn(process.execPath, [bin, 'migrate', '--sandbox'], {
    ...size,
    name: 'xterm-256color',
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      // Wherever this machine keeps application data, this run keeps its own in a folder that goes.
      FLEX_SSO_STATE: path.join(home, '.local/share/flex-sso'),
      // The reader has it from npx.
      npm_lifecycle_event: 'npx',
      npm_lifecycle_script: "'flex-sso'",
    },
  });
  const late = setTimeout(() => command.kill(), 60_000);
  let answered = '';
  return new Promise((resolve, reject) => {
    terminal.onData(data => command.write(data));
    command.onData(data => {
      terminal.write(data, () => {
        const screen = lines().join('\n');
        // The same question stands there again with every redrawing; what is above it changes when it is answered.
        const above = screen.slice(0, screen.lastIndexOf('\n? '));
        if (above === answered || !/(\(y\/N\)|Up and down choose, Enter accepts\.)$/.test(screen)) return;
        answered = above;
        command.write(screen.endsWith('(y/N)') ? 'y\r' : '\r');
      });
    });
    command.onExit(({ exitCode }) => {
      clearTimeout(late);
      const end = exitCode === 0 ? resolve : () => reject(new Error(`Exit code ${exitCode}:\n${lines().join('\n')}`));
      terminal.write('', end);
    });
  });
}

/** Everything that was ever on the screen; what the terminal wrapped is one line, as whoever copies it gets it. */
function lines() {
  const found = [];
  const { active } = terminal.buffer;
  for (let row = 0; row < active.length; row++) {
    const line = active.getLine(row);
    if (line?.isWrapped) found.push(found.pop() + line.translateToString(true));
    else found.push(line?.translateToString(true) ?? '');
  }
  while (found.at(-1) === '') found.pop();
  return found.map(line => line.trimEnd());
}
