import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openPage } from '../../src/terminal/open-page.js';

describe('openPage', () => {
  it.runIf(process.platform !== 'win32')('hands the URL to $BROWSER as one argument, whatever is in it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const dir = await mkdtemp(path.join(tmpdir(), 'flex-sso-browser-'));
    const browser = path.join(dir, 'a browser');
    const tell = `require('net').connect(${port}, '127.0.0.1').end(JSON.stringify(process.argv.slice(2)))`;
    await writeFile(browser, `#!${process.execPath}\n${tell};\n`, { mode: 0o755 });

    const connected = once(server, 'connection');
    const url = 'https://example.com/?a=1&b=$(id);c=`id`';
    expect(await openPage(url, { BROWSER: browser })).toEqual({ opened: true });
    const [socket] = await connected;
    expect(JSON.parse(await text(socket))).toEqual([new URL(url).href]);
    server.close();
    await rm(dir, { recursive: true });
  });

  it('says why where the browser does not start', async () => {
    const opened = await openPage('https://example.com', { BROWSER: '/nowhere/browser' });
    expect(opened).toMatchObject({ opened: false, why: expect.stringContaining('ENOENT') });
  });

  it.each(['file:///etc/passwd', 'javascript:alert(1)', '-e', 'ms-msdt:/id', ''])('does not open %j', async url => {
    expect(await openPage(url, { BROWSER: '/nowhere/browser' })).toEqual({
      opened: false,
      why: 'It is no http or https address.',
    });
  });
});
