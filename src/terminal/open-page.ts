import { spawn } from 'node:child_process';

export type OpenPage = (url: string) => Promise<Opened>;

/** `why` says what failed, for a reader; the page can always be opened by hand. */
export type Opened = { opened: true } | { opened: false; why: string };

/**
 * Opens a page in a browser: `$BROWSER` where it is set, as one executable with the URL as its only argument and no shell in
 * between, else the system's default browser. Only `http:` and `https:`.
 */
export async function openPage(url: string, env: NodeJS.ProcessEnv = process.env): Promise<Opened> {
  const page = URL.canParse(url) ? new URL(url) : undefined;
  if (page?.protocol !== 'https:' && page?.protocol !== 'http:')
    return { opened: false, why: 'It is no http or https address.' };
  try {
    if (env.BROWSER) await start(env.BROWSER, page.href);
    else await startDefault(page.href);
    return { opened: true };
  } catch (error) {
    return { opened: false, why: `The browser did not start: ${(error as Error).message}.` };
  }
}

/** Whether a page can be opened where the person sits: not without a screen, and not at the other end of a remote shell. */
export function hasBrowser(env: NodeJS.ProcessEnv = process.env, platform = process.platform): boolean {
  if (env.BROWSER) return true;
  const screen = env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME;
  return Boolean(screen) || (platform !== 'linux' && !env.SSH_CONNECTION);
}

function start(executable: string, url: string): Promise<void> {
  const browser = spawn(executable, [url], { stdio: 'ignore', detached: true, windowsHide: true });
  return new Promise((resolve, reject) => {
    browser.once('error', reject);
    browser.once('spawn', () => {
      browser.unref();
      resolve();
    });
  });
}

async function startDefault(url: string): Promise<void> {
  const { default: open } = await import('open');
  const browser = await open(url);
  // A browser that cannot start says so later, when nobody waits any more; without a listener that would end the program.
  browser.once('error', () => {});
}
