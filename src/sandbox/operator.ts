import { type Endpoints, isLoopback, locate, toEndpoint } from '../endpoints.js';
import { FlexSsoError } from '../errors.js';
import { createHttp, type Http } from '../http.js';
import type { Person } from '../migration/person.js';
import type { Instruction } from '../migration/state.js';
import { type Browser, openBrowser } from './browser.js';

const password = 'sandbox';
/** The error for a page that refuses what was asked of it. */
const sawErrorPage = 'sandbox-refused';
/** The error for a login that is sent to an identity provider outside the sandbox. */
const leadsElsewhere = 'sandbox-login-elsewhere';

/**
 * Plays the people of the sandbox: follows the instruction of a manual change to the letter, on the pages that a person
 * would use, and logs in. `user` (UPN) defaults to the one that the sandbox's front page names. Throws `FlexSsoError`
 * where a page lacks what the instruction names, or refuses it.
 */
export function createOperator(options: {
  endpoints: Endpoints;
  http?: Http;
  user?: string;
}): Pick<Person, 'perform' | 'visit'> {
  const { endpoints, http = createHttp({ endpoints }) } = options;

  async function perform(_step: unknown, change: Parameters<Person['perform']>[1]): Promise<'done' | { saw: string }> {
    const { instruction, resource, key, before } = change;
    if (instruction && resource === 'identityProvider') return administer(key, instruction, before === null);
    if (!instruction?.page) return 'done';
    try {
      // A page of nobody here, to log in at, is that of the self-hosted Flex UI.
      const isSite = resource === 'login' && !locate(endpoints, instruction.page);
      const page = isSite ? new URL('/site/', endpoints.login).href : toEndpoint(endpoints, instruction.page);
      return await follow(instruction, page);
    } catch (error) {
      // Whoever logs in does not know better either: what the page says is for others to explain.
      if (resource === 'login' && error instanceof FlexSsoError && error.code === sawErrorPage)
        return { saw: error.message };
      throw error;
    }
  }

  async function follow({ tasks }: Instruction, page: string): Promise<'done'> {
    const browser = openBrowser(http);
    await browser.open(page);
    await arrive(browser);
    // Somebody may have stopped in the middle: a person goes on at the page that is there.
    const begun = tasks.findIndex(task => 'label' in task && browser.offers(task.label));
    if (begun < 0) return 'done';
    for (const task of tasks.slice(begun)) await take(browser, task);
    return 'done';
  }

  /**
   * Enters the values on the one page that the sandbox has for an identity provider that is done by hand. Which button
   * follows is not taken from the instruction: at each identity provider other clicks lead to a new application.
   */
  async function administer(identityProvider: string, { tasks }: Instruction, isNew: boolean): Promise<'done'> {
    const browser = openBrowser(http);
    await browser.open(toEndpoint(endpoints, administration(identityProvider)));
    await arrive(browser);
    for (const task of tasks) if (task.do === 'enter') await take(browser, task);
    await take(browser, { do: 'click', label: isNew ? 'Create application' : 'Save' });
    return 'done';
  }

  /** Logs in, and throws if the login does not come back: nobody else will, and to wait for it would be silence. */
  async function visit(url: string): Promise<void> {
    const browser = openBrowser(http);
    await browser.open(toEndpoint(endpoints, url));
    await arrive(browser);
    const { hostname, pathname } = new URL(browser.url);
    const [from, to] = [url, browser.url].map(at => locate(endpoints, at)?.system);
    // A login comes back to what asked for it: a run of this tool, or Flex UI.
    const hasReturned = to === undefined ? isLoopback(hostname) : to === 'flex' && from === 'flex';
    if (browser.status < 400 && hasReturned) return;
    throw new FlexSsoError(
      sawErrorPage,
      `The login ended at ${hostname}${pathname}, which says: ${browser.message || 'nothing'}`,
      againOrAnew,
    );
  }

  async function take(browser: Browser, task: Instruction['tasks'][number]): Promise<void> {
    if (task.do === 'choose') browser.choose(task.label);
    else if (task.do === 'tick') browser.tick(task.label);
    else if (task.do === 'enter') browser.enter(task.label, entered(browser, task));
    else if (task.do === 'click') {
      await browser.click(task.label);
      await arrive(browser);
    }
  }

  /** Signs in where that is asked for, and looks whether the page that came is a refusal. */
  async function arrive(browser: Browser): Promise<void> {
    if (browser.has('Email') && browser.has('Password')) {
      browser.enter('Email', options.user ?? (await sampleUser()));
      browser.enter('Password', password);
      await browser.submit();
    }
    const { hostname, origin, pathname, searchParams } = new URL(browser.url);
    if (!isLoopback(hostname) && searchParams.has('SAMLRequest')) throw await elsewhere(origin + pathname);
    // Beyond the sandbox's own pages the login has come back, and whoever waits there judges it.
    if (browser.status < 400 || !locate(endpoints, browser.url)) return;
    throw new FlexSsoError(sawErrorPage, `The sandbox's page ${pathname} says: ${browser.message}`, againOrAnew);
  }

  /** The error for a login at a real identity provider, with the metadata that makes the login stay here. */
  async function elsewhere(ssoUrl: string): Promise<FlexSsoError> {
    const browser = openBrowser(http);
    await browser.open(toEndpoint(endpoints, administration('other')));
    return new FlexSsoError(
      leadsElsewhere,
      `Nobody can log in here. Flex sends the login to ${ssoUrl}, and the sandbox has no identity provider there.`,
      'Use the metadata of the sandbox’s own application, which plays every identity provider: ' +
        `\`flex-sso resume --metadata "${browser.textOf('newest-metadata')}"\`.`,
      { ending: 'verification' },
    );
  }

  async function sampleUser(): Promise<string> {
    const browser = openBrowser(http);
    await browser.open(new URL('/', endpoints.login).href);
    return browser.textOf('email');
  }

  return { perform, visit };
}

const againOrAnew = 'Fix what it names, or begin anew with `flex-sso sandbox --reset`.';

/** The one page that the sandbox has for every identity provider that is done by hand. */
const administration = (identityProvider: string) => `https://login.microsoftonline.com/admin/${identityProvider}`;

/** What goes into a field. Trusted URLs that are there already stay, as the instruction asks in words. */
function entered(browser: Browser, { label, value }: { label: string; value: string }): string {
  if (label !== 'Trusted URLs') return value;
  return [...new Set(`${browser.valueOf(label)}\n${value}`.split(/\s+/).filter(Boolean))].join('\n');
}
