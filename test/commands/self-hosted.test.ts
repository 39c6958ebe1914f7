import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/cli.js';
import { doByHand, goOnByHand, servedSandbox, shownWorld, stateDirectory } from './sandbox.js';

const redirectUrl = 'https://flex.contoso.example';
const appConfig = `// Our own Flex UI
var appConfig = {
	pluginService: { enabled: true, url: "/plugins" }, // keep
  sso: { accountSid: 'AC1', loginPopup: false },
  logLevel: 'info',
};
`;

test.each(['new', 'modify'])(
  'appconfig.js of a self-hosted Flex gets the oauth object and loses it again (%s)',
  async setupType => {
    const state = await stateDirectory({ hosting: 'self-hosted' });
    const file = path.join(state, 'appconfig.js');
    await writeFile(file, appConfig);
    const here = ['--sandbox', '--yes', '--json', '--state', state];
    const migrate = ['migrate', '--setup-type', setupType, '--hosting', 'self-hosted', '--redirect-url', redirectUrl];
    const finished = await run([...migrate, '--app-config', file, ...here]);
    expect(finished).toMatchObject({ code: 0, stderr: '', json: { status: 'finished', verified: true } });
    const { name, clientId } = finished.json.connection;
    const edited = await readFile(file, 'utf8');
    const property = `,\n  oauth: {\n    connection: "${name}",\n    clientId: "${clientId}",\n    redirectUrl: "${redirectUrl}"\n  }`;
    expect(edited).toBe(appConfig.replace("logLevel: 'info'", `logLevel: 'info'${property}`));
    if (setupType === 'new')
      expect((await shownWorld(state)).connections).toMatchObject([
        { defaultRedirectUrl: redirectUrl, trustedUrls: expect.arrayContaining([redirectUrl]) },
      ]);

    const again = await run(['migrate', ...here]);
    expect(again).toMatchObject({ code: 0, json: { status: 'finished', changed: 0 } });
    expect(await readFile(file, 'utf8')).toBe(edited);

    expect(await run(['revert', ...here])).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await readFile(file, 'utf8')).toBe(appConfig);
    expect(await run(['migrate', ...here])).toMatchObject({ code: 0, json: { status: 'finished' } });
    expect(await readFile(file, 'utf8')).toBe(edited);
  },
);

test('an oauth object that is there already is replaced, and the plan says that it does not come back', async () => {
  const state = await stateDirectory({ hosting: 'self-hosted' });
  const file = path.join(state, 'appconfig.js');
  const other =
    'oauth: { connection: "JQ00000000000000000000000000000001", clientId: "x", redirectUrl: "y", popup: true },';
  await writeFile(file, appConfig.replace('  logLevel', `  ${other}\n  logLevel`));
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const migrate = ['migrate', '--setup-type', 'new', '--hosting', 'self-hosted', '--redirect-url', redirectUrl];
  const finished = await run([...migrate, '--app-config', file, ...here]);
  expect(finished).toMatchObject({ code: 0, json: { status: 'finished' } });
  expect(finished.json.notes).toContainEqual(
    expect.stringMatching(/has an oauth object already.*revert. takes it out/),
  );
  expect(await run(['revert', ...here])).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(await readFile(file, 'utf8')).not.toContain('oauth');
});

test('without --app-config somebody edits it by hand, and the deployment is always theirs', async () => {
  const sandbox = await servedSandbox({ hosting: 'self-hosted' });
  const begin = ['migrate', '--setup-type', 'modify', '--hosting', 'self-hosted', '--redirect-url', redirectUrl];
  const at = await goOnByHand(sandbox, await sandbox.run(begin), 'configure-self-hosted');
  expect(at).toMatchObject({ code: 10, json: { waitingFor: { step: 'configure-self-hosted' } } });
  const { tasks } = at.json.waitingFor.instruction;
  const [edit] = tasks.filter((task: { do: string }) => task.do === 'enter');
  expect(edit.value).toContain(`connection: "${at.json.connection.name}"`);
  expect(edit.value).toContain(`redirectUrl: "${redirectUrl}"`);
  await doByHand(sandbox, at);
  const next = await sandbox.run(['resume', '--done', 'configure-self-hosted']);
  expect(next).toMatchObject({ code: 10, json: { waitingFor: { step: 'validate-connection' } } });
});

test.each([
  ['no JavaScript', 'var appConfig = {', /app-config-unreadable/],
  ['without appConfig', 'var other = {};', /app-config-unknown/],
])('an appconfig.js that is %s is refused and left as it is', async (_what, text, code) => {
  const state = await stateDirectory({ hosting: 'self-hosted' });
  const file = path.join(state, 'appconfig.js');
  await writeFile(file, text);
  const begin = ['migrate', '--setup-type', 'modify', '--hosting', 'self-hosted', '--redirect-url', redirectUrl];
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const refused = await run([...begin, '--app-config', file, ...here]);
  expect(refused).toMatchObject({ code: 2, json: { error: { code: expect.stringMatching(code) } } });
  expect(await readFile(file, 'utf8')).toBe(text);
  await writeFile(file, appConfig);
  const finished = await run(['resume', '--app-config', file, ...here]);
  expect(finished).toMatchObject({ code: 0, json: { status: 'finished' } });
});

test('an address that Flex does not trust is named before anything else is asked', async () => {
  const state = await stateDirectory({ hosting: 'self-hosted' });
  const migrate = [
    'migrate',
    '--setup-type',
    'new',
    '--hosting',
    'self-hosted',
    '--redirect-url',
    'https://wrong.example',
  ];
  const { code, json } = await run([...migrate, '--sandbox', '--yes', '--json', '--state', state]);
  expect(code).toBe(2);
  expect(json.error).toMatchObject({ code: 'redirect-url-untrusted', hint: expect.stringContaining('--redirect-url') });
  expect(json.error.message).toContain('https://wrong.example');
});
