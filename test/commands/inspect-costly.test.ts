import { afterAll, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/cli.js';
import { hostileInputs } from '../support/hostile-inputs.mjs';
import { inspectText } from './inspect-support.js';

const folder = await temporaryDirectory();
afterAll(() => folder.remove());

/** The cheap ones of each kind; `npm run bench:inspect` reads them all, and measures. */
const sample = [
  'HAR of as many entries as are read',
  'HAR with a page of one tag',
  'page of one tag',
  'form of 12 million parameters with a message',
  'PrefixList of 440,000 names',
  'declared prefixes',
  'response of the most elements',
  'metadata of the most elements',
  'Base64 of zeros',
];

test.each(hostileInputs.filter(([name]) => sample.includes(name)))('%s has its verdict', async (_, make, code) => {
  const { json } = await inspectText(folder.path, make(), { json: true });
  expect(json.findings?.[0]?.code ?? json.error?.code).toBe(code);
});
