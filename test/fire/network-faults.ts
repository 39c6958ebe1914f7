import type { System } from '../../src/endpoints.js';
import type { Disturbance } from '../support/portal.js';

/** Something between here and a system, or an outage of it, and what a run then says. */
export interface NetworkFault {
  name: string;
  /** Takes the place of an answer, from some request on. */
  disturb?: Disturbance;
  /** Takes the place of the whole system, from the first request on. */
  instead?: 'self-signed' | 'expired' | 'other-host' | 'refused' | 'unknown-name' | 'cuts';
  code: RegExp;
  advice: RegExp;
}

const page =
  '<!DOCTYPE html><html><head><title>Hotel WiFi</title></head><body>Accept our terms to go online.</body></html>';
const html = { 'content-type': 'text/html; charset=utf-8' };
const json = { 'content-type': 'application/json' };
const portal = { code: /^foreign-answer$/, advice: /browser.*Wi-Fi/ };
const outage = { code: /^(unavailable|graph-busy)$/, advice: /Wait.*status/ };
const garbled = { code: /^garbled-answer$/, advice: /same command again.*--trace/ };

const gateway = (status: number): NetworkFault => ({
  name: `http-${status}`,
  ...outage,
  // What is to be waited for is not waited for in a test.
  disturb: response => response.writeHead(status, { ...html, 'retry-after': '0' }).end('<h1>Bad gateway</h1>'),
});
const body = (name: string, text: string): NetworkFault => ({
  name,
  ...garbled,
  disturb: response => response.writeHead(200, json).end(text),
});

const networkFaults: readonly NetworkFault[] = [
  { name: 'portal-page', ...portal, disturb: response => response.writeHead(200, html).end(page) },
  {
    name: 'portal-redirect',
    ...portal,
    disturb: response => response.writeHead(302, { location: 'http://wifi.hotel.example/login' }).end(),
  },
  {
    name: 'portal-redirect-307',
    ...portal,
    disturb: response => response.writeHead(307, { location: 'https://wifi.hotel.example/login' }).end(),
  },
  { name: 'portal-511', ...portal, disturb: response => response.writeHead(511, html).end(page) },
  { name: 'page-404', ...portal, disturb: response => response.writeHead(404, html).end(page) },
  { name: 'page-403', ...portal, disturb: response => response.writeHead(403, html).end(page) },
  gateway(502),
  gateway(503),
  gateway(504),
  body('empty', ''),
  body('null', 'null'),
  body('list', '[]'),
  body('number', '42'),
  body('wrong-shape', '{"status":"ok"}'),
  {
    name: 'half-json',
    ...garbled,
    disturb: (response, own) => response.writeHead(200, json).end(own.text.slice(0, own.text.length / 2) || '{'),
  },
  {
    name: 'plain-text',
    ...portal,
    disturb: response => response.writeHead(200, { 'content-type': 'text/plain' }).end('Sign in to Hotel WiFi first.'),
  },
  {
    name: 'page-as-json',
    ...portal,
    disturb: response => response.writeHead(200, json).end(`<!-- Hotel WiFi -->\n${page}`),
  },
  {
    name: 'cut-short',
    code: /^unreachable$/,
    advice: /network.*proxy/,
    disturb: response =>
      response.writeHead(200, { ...json, 'content-length': '1000' }).write('{"a', () => response.destroy()),
  },
  {
    name: 'reset',
    code: /^unreachable$/,
    advice: /network.*proxy/,
    disturb: response => void response.socket?.resetAndDestroy(),
  },
  { name: 'cuts', instead: 'cuts', code: /^unreachable$/, advice: /network.*proxy/ },
  { name: 'refused', instead: 'refused', code: /^unreachable$/, advice: /network.*proxy/ },
  { name: 'unknown-name', instead: 'unknown-name', code: /^unreachable$/, advice: /network.*proxy/ },
  { name: 'self-signed', instead: 'self-signed', code: /^certificate-untrusted$/, advice: /NODE_EXTRA_CA_CERTS/ },
  { name: 'expired', instead: 'expired', code: /^certificate-untrusted$/, advice: /clock/ },
  { name: 'other-host', instead: 'other-host', code: /^certificate-untrusted$/, advice: /browser.*proxy/ },
];

/** Those that are asked in a moment; `iam` stands for both of its addresses. */
const networkMoments = {
  /** `migrate` for the first time, up to the first page of Console. */
  begin: ['graph', 'login', 'flex-services', 'flex-api', 'taskrouter', 'iam'],
  /** `validate` after a finished migration. */
  validate: ['graph', 'login', 'flex-services', 'flex-login', 'flex-api'],
  /** The code of a login that has come back is exchanged. */
  exchange: ['flex-services'],
} as const satisfies Record<string, readonly System[]>;

type NetworkMoment = keyof typeof networkMoments;

export interface NetworkCase {
  fault: NetworkFault;
  system: System;
  moment: NetworkMoment;
}

/** Every fault at every system in every moment that it can come in. */
export const networkCases: readonly NetworkCase[] = networkFaults.flatMap(fault =>
  (Object.keys(networkMoments) as NetworkMoment[]).flatMap(moment =>
    networkMoments[moment].flatMap(system => (canCome(fault, system, moment) ? [{ fault, system, moment }] : [])),
  ),
);

function canCome({ name, instead, code }: NetworkFault, system: System, moment: NetworkMoment): boolean {
  // One part of the host is asked before the code is exchanged; and the sandbox's Flex sends people to its own address of these two.
  if (instead && (moment === 'exchange' || system === 'login' || system === 'flex-login')) return false;
  // A name that DNS no longer knows counts as switched off there, as the older address of the legacy login may be.
  if (name === 'unknown-name' && system === 'iam') return false;
  // A redirect of Flex has no body that could be of another form.
  return !(system === 'flex-login' && code.test('garbled-answer'));
}

/** Each fault once, and each system and moment at least once, in turns. */
export const networkSample: readonly NetworkCase[] = networkFaults.map((fault, index) => {
  const ofFault = networkCases.filter(one => one.fault === fault);
  return ofFault[(index * 5) % ofFault.length] as NetworkCase;
});
