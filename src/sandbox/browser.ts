import { type HTMLElement, parse } from 'node-html-parser';
import { isLoopback } from '../endpoints.js';
import { FlexSsoError } from '../errors.js';
import type { Http, HttpRequest } from '../http.js';
import { buttonWords, presetOf, submission, wordsOf } from './html-form.js';

const maxRedirects = 20;
const maxMessage = 300;

/** Just enough of a browser to use the sandbox's pages as a person does: by what is written on them. */
export interface Browser {
  /** Where it is, in local form. */
  readonly url: string;
  readonly status: number;
  /** The page's heading. */
  readonly title: string;
  /** What the page complains about, else what it says. */
  readonly message: string;
  open(url: string): Promise<void>;
  /** Clicks a button or a link. */
  click(label: string): Promise<void>;
  /** Selects a radio button. */
  choose(label: string): void;
  /** Ticks a checkbox. */
  tick(label: string): void;
  enter(label: string, value: string): void;
  /** What stands in a field. */
  valueOf(label: string): string;
  /** Whether there is a field with this label. */
  has(label: string): boolean;
  /** Whether there is a field, an option, a button or a link with this label. */
  offers(label: string): boolean;
  /** Submits the form that was last filled in, by its first button. */
  submit(): Promise<void>;
  /** The text of the element with this id. */
  textOf(id: string): string;
}

/**
 * Opens a browser without history. It follows redirects, keeps cookies and posts SAML messages on, as script would. It
 * never leaves this machine: where a page elsewhere comes next it stops, with nothing on the screen.
 */
export function openBrowser(http: Http): Browser {
  let page = { url: 'about:blank', status: 0, text: '', document: parse('') };
  const cookies = new Map<string, Map<string, string>>();
  const filledIn = { values: new Map<HTMLElement, string>(), checked: new Map<HTMLElement, boolean>() };
  /** The form that was filled in last: of several buttons or fields with one label, its own is meant. */
  let lastForm: HTMLElement | undefined;

  async function load(request: HttpRequest): Promise<void> {
    let next = request;
    for (let hops = 0; hops <= maxRedirects; hops++) {
      const { hostname } = new URL(next.url);
      if (!isLoopback(hostname)) return show(next.url, 200, '');
      const jar = cookies.get(hostname) ?? new Map<string, string>();
      cookies.set(hostname, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { accept: 'text/html', ...next.headers, ...(cookie && { cookie }) };
      const answer = await http({ ...next, headers });
      keepCookie(jar, answer.headers['set-cookie']);
      const { location } = answer.headers;
      if (answer.status >= 300 && answer.status < 400 && location) {
        const url = new URL(location, next.url).href;
        next = answer.status >= 307 ? { ...next, url } : { url };
        continue;
      }
      show(next.url, answer.status, answer.text);
      const samlForm = page.document.querySelector('form input[name=SAMLResponse]')?.closest('form');
      if (!samlForm) return;
      next = submission(samlForm, page.url, filledIn);
    }
    throw new FlexSsoError(
      'sandbox-refused',
      'The pages redirect to each other without end.',
      'Look at what Flex and the identity provider hold of each other.',
    );
  }

  function show(url: string, status: number, text: string): void {
    page = { url, status, text, document: parse(text) };
    filledIn.values.clear();
    filledIn.checked.clear();
    lastForm = undefined;
  }

  function find<T>(what: string, label: string, candidates: readonly T[], read: (candidate: T) => Labelled): T {
    const found = candidates.filter(candidate => read(candidate).words === label);
    const best = found.find(candidate => lastForm && read(candidate).element.closest('form') === lastForm) ?? found[0];
    if (best) return best;
    throw lost(`The sandbox's page "${titleOf(page.document)}" has no ${what} "${label}".`);
  }

  function control(what: string, label: string, selector: string): HTMLElement {
    const controls = page.document.querySelectorAll('label').flatMap(words => {
      const id = words.getAttribute('for');
      const element = id ? page.document.getElementById(id) : words.querySelector('input, textarea, select');
      return element?.matches(selector) ? [{ words: wordsOf(words), element }] : [];
    });
    const { element } = find(what, label, controls, labelled => labelled);
    lastForm = element.closest('form') ?? undefined;
    return element;
  }

  async function press(button: HTMLElement): Promise<void> {
    const href = button.getAttribute('href');
    if (href !== undefined) return load({ url: new URL(href, page.url).href });
    const form = button.closest('form');
    if (!form) throw lost(`The button "${buttonWords(button)}" belongs to no form.`);
    return load(submission(form, page.url, filledIn, button));
  }

  return {
    get url() {
      return page.url;
    },
    get status() {
      return page.status;
    },
    get title() {
      return titleOf(page.document);
    },
    get message() {
      const said = saidInJson(page.text);
      if (said) return said;
      const spoken = page.document.querySelector('[role=alert]') ?? page.document.querySelector('main');
      return wordsOf(spoken ?? page.document).slice(0, maxMessage);
    },
    open: url => load({ url }),
    click: async label => {
      const read = (element: HTMLElement) => ({ words: buttonWords(element), element });
      return press(find('button or link', label, page.document.querySelectorAll(buttons), read));
    },
    choose(label) {
      const chosen = control('option', label, 'input[type=radio]');
      for (const other of lastForm?.querySelectorAll('input[type=radio]') ?? [])
        if (other.getAttribute('name') === chosen.getAttribute('name')) filledIn.checked.set(other, other === chosen);
    },
    tick(label) {
      filledIn.checked.set(control('checkbox', label, 'input[type=checkbox]'), true);
    },
    enter(label, value) {
      filledIn.values.set(control('field', label, fields), value);
    },
    valueOf(label) {
      const element = control('field', label, fields);
      return filledIn.values.get(element) ?? presetOf(element);
    },
    has: label => page.document.querySelectorAll('label').some(element => wordsOf(element) === label),
    offers: label =>
      page.document.querySelectorAll('label').some(element => wordsOf(element) === label) ||
      page.document.querySelectorAll(buttons).some(element => buttonWords(element) === label),
    submit() {
      const first = lastForm?.querySelector(buttons);
      if (!first) throw lost(`The page "${titleOf(page.document)}" has nothing to submit.`);
      return press(first);
    },
    textOf: id => {
      const element = page.document.getElementById(id);
      return element ? wordsOf(element) : '';
    },
  };
}

interface Labelled {
  words: string;
  element: HTMLElement;
}

const buttons = 'button, input[type=submit], a[href]';
const fields = [
  'textarea:not([readonly])',
  'select',
  'input:not([readonly]):not([type=radio]):not([type=checkbox]):not([type=hidden]):not([type=submit])',
].join(', ');

/** What an API answered where a person is: Twilio's own words, with their code. */
function saidInJson(text: string): string | undefined {
  try {
    const { message, code } = JSON.parse(text) ?? {};
    return typeof message === 'string' ? `${message} (${code})`.slice(0, maxMessage) : undefined;
  } catch {
    return undefined;
  }
}

const titleOf = (document: HTMLElement) => document.querySelector('h1')?.text.trim() ?? '';

function keepCookie(jar: Map<string, string>, header = ''): void {
  const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(header) ?? [];
  if (/;\s*max-age=0\b/i.test(header)) jar.delete(name);
  else if (name) jar.set(name, value);
}

function lost(message: string): FlexSsoError {
  return new FlexSsoError(
    'sandbox-lost',
    message,
    'Look at its pages: it may be at another point. `flex-sso sandbox --reset` begins a new one.',
  );
}
