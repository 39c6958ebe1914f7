import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/flex-sso.js', import.meta.url));
/** The last line of stderr is the most memory that the process ever held, in bytes. */
const peakAtEnd = `data:text/javascript,process.on('exit',()=>console.error('peak '+process.resourceUsage().maxRSS*1024))`;

/** Runs the command to its end; the document that it printed, and the peak of its memory in bytes. Throws where it failed. */
export async function run(args, credentials = {}) {
  const child = start(args, credentials, ['--import', peakAtEnd]);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  // 10: it waits for somebody to click in Console.
  if (code !== 0 && code !== 10) throw new Error(`${args.join(' ')} ended with exit code ${code}: ${stdout}${stderr}`);
  return { document: JSON.parse(stdout), peak: Number(/^peak (\d+)$/m.exec(stderr)?.[1] ?? 0) };
}

/** Serves a fresh sandbox in a process of its own while `work` goes on; `work` gets its endpoints and credentials. */
export async function withSandbox(options, work) {
  const child = start(['sandbox', '--json', '--reset', ...options]);
  child.stderr.pipe(process.stderr);
  const closed = once(child, 'close');
  try {
    const { endpoints, environment } = await firstDocument(child.stdout);
    return await work({ endpoints, credentials: environment });
  } finally {
    child.kill();
    await closed;
  }
}

/** A folder that is gone after `work`. */
export async function withFolder(work) {
  const folder = mkdtempSync(path.join(tmpdir(), 'flex-sso-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nobody's real accounts: the sandbox brings its own. */
function start(args, credentials = {}, flags = []) {
  const own = Object.entries(process.env).filter(([name]) => !/^(TWILIO_|AZURE_|FLEX_SSO_)/.test(name));
  const env = { ...Object.fromEntries(own), ...credentials };
  return spawn(process.execPath, [...flags, bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function firstDocument(stream) {
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    // The document is indented, so that it alone ends like this.
    if (text.endsWith('\n}\n')) return JSON.parse(text);
  }
  throw new Error(`The sandbox ended: ${text}`);
}
