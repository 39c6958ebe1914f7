import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Command } from 'commander';
import type { CommandOptions } from './commands/options.js';
import { exitCodes, inputError } from './errors.js';
import { flagName, type InputName, inputs } from './inputs.js';
import { clean } from './terminal/clean.js';
import { outliveReader, outliveTerminal } from './terminal/lost-terminal.js';

// Loaded as the CommonJS it is: through `import` it takes twice the time, and every start pays for it (bench/run.mjs).
const commander = createRequire(import.meta.url)('commander') as typeof import('commander');

/** Runs one command; resolves with its exit code. */
type Run = (options: CommandOptions) => Promise<number>;

const program = new commander.Command('flex-sso')
  .description('Moves a Twilio Flex contact centre from legacy SAML single sign-on to the enhanced connection.')
  .version(version(), '--version')
  .option('--sandbox', 'use a sandbox on this machine instead of real accounts')
  .option('--sandbox-fault <names...>', 'bad manners for the sandbox to have')
  .option('--sandbox-break <names...>', 'misconfigurations for the sandbox to have; none undoes those of earlier runs')
  .option('--state <dir>', 'where to keep the migration (or FLEX_SSO_STATE)')
  .option('--endpoints <file>', 'JSON file with the base URLs of the systems (or FLEX_SSO_ENDPOINTS)')
  .option('--json', 'print the result as one JSON document')
  .option('--yes', 'accept the plan of every step')
  .option('--no-input', 'never ask; name what is missing instead')
  .option('--no-color', 'no colours')
  .option('--debug', 'print technical details of errors')
  .option('--device-code', 'sign in to Microsoft with a code, on another device')
  .option('--trace <file>', 'append every HTTP exchange to this file, without secrets')
  .configureHelp({ showGlobalOptions: true })
  // An error repeats what was typed, which a script may have from anywhere.
  .configureOutput({ writeErr: text => void process.stderr.write(clean(text, { newlines: true })) })
  .showHelpAfterError('Run flex-sso --help to see what there is.')
  .addHelpText('after', '\nTry it without any account:  flex-sso migrate --sandbox')
  .exitOverride();

const allInputs = Object.keys(inputs) as InputName[];

define(
  'migrate',
  'start the migration, or go on with an unfinished one',
  { asks: allInputs, done: true, account: true, people: true, overwrites: true },
  async options => (await import('./commands/migrate.js')).migrate(options),
);
define(
  'resume',
  'go on with an unfinished migration or revert',
  { asks: allInputs, done: true, account: true, people: true, overwrites: true, accepts: true },
  async options => (await import('./commands/migrate.js')).resume(options),
);
define(
  'plan',
  'show what migrate would do; writes nothing',
  { asks: allInputs, account: true, people: true },
  async options => (await import('./commands/plan.js')).plan(options),
);
define('status', 'show where the migration is', { account: true }, async options =>
  (await import('./commands/status.js')).status(options),
);
define(
  'validate',
  'check the enhanced connection again, with a login if asked for',
  { asks: ['login', 'callbackPort', 'appConfig'], done: true, account: true },
  async options => (await import('./commands/validate.js')).validate(options),
);
define(
  'revert',
  'go back to the legacy connection',
  // What is not recorded, if the record is lost.
  {
    asks: ['setupType', 'identityProvider', 'legacyApplication', 'hosting', 'redirectUrl', 'appConfig'],
    done: true,
    account: true,
    overwrites: true,
    accepts: true,
  },
  async options => (await import('./commands/migrate.js')).revert(options),
).option('--dry-run', 'only show what would be done; writes nothing');
const inspect: Command = define(
  'inspect',
  'explain a captured SAML message, metadata or a certificate; nothing leaves this machine',
  {
    asks: ['certificate'],
    described: {
      certificate: 'the certificates to verify with, in place of the recorded ones: PEM, DER, Base64 or metadata',
    },
    account: true,
  },
  async options =>
    (await import('./commands/inspect.js')).inspect({ ...options, ...inspect.opts(), file: inspect.args[0] }),
)
  .argument('[file]', 'XML, base64, a form body, a URL, a HAR file or a certificate; - for standard input')
  .option('--show-personal', 'show who logged in, in full')
  .addHelpText(
    'after',
    [
      '',
      'Exit code: 0 nothing is wrong with it, as far as it could be verified (verdict “ok” or “unverified”), 5 something is (verdict “problems” or “rejected”), 2 it is none of these, or garbled.',
      'It is held against what the migration recorded; --certificate takes the place of its certificates.',
      'Who logged in is shown out of signed content alone whose signature was verified, and masked without --show-personal.',
      'Of a recording all messages are explained; what is no part of a login to Flex (a logout, another application) is named and set aside.',
      'There kind, details and identity are those of the last response to Flex, and the verdict is the worst of the login’s own messages.',
    ].join('\n'),
  );
const sandbox = define(
  'sandbox',
  'serve a Flex account and an Entra tenant on this machine, to practise with',
  {},
  async options => (await import('./commands/sandbox.js')).sandbox(options),
);
sandbox
  .addOption(new commander.Option('--port <port>', 'port to serve on (default: a free one)'))
  .addOption(new commander.Option('--reset', 'begin with a fresh world'))
  .addOption(new commander.Option('--users <n>', 'how many users a fresh world has (default: 25)'))
  .addOption(
    new commander.Option('--hosting <hosting>', 'where Flex UI runs in a fresh world').choices([
      'hosted',
      'self-hosted',
    ]),
  )
  .addOption(new commander.Option('--cloud <name>', 'the Microsoft cloud of a fresh world’s tenant (default: global)'))
  .addOption(new commander.Option('--fault <names...>', 'bad manners to have; --fault list names them'))
  .addOption(new commander.Option('--break <names...>', 'misconfigurations to have; --break list names them'))
  .addOption(new commander.Option('--show', 'print the world as JSON and end'));

// What the sandbox can be told to do wrong is a long list, and only its own help pays for reading it.
if (process.argv.includes('sandbox')) {
  const [{ faults }, { listedBreaks }] = await Promise.all([
    import('./sandbox/faults.js'),
    import('./commands/sandbox-names.js'),
  ]);
  const listed = (names: object) => Object.entries(names).map(([name, words]) => `  ${name}: ${words}`);
  sandbox.addHelpText('after', ['', 'Faults:', ...listed(faults), '', 'Breaks:', ...listed(listedBreaks)].join('\n'));
}

function define(
  name: string,
  description: string,
  takes: {
    asks?: readonly InputName[];
    /** What an input is for where it is not what it is for a migration. */
    described?: Partial<Record<InputName, string>>;
    done?: boolean;
    account?: boolean;
    people?: boolean;
    overwrites?: boolean;
    /** May go back. */
    accepts?: boolean;
  },
  run: Run,
): Command {
  const command = program.command(name).description(description);
  if (takes.account) command.option('--account <AC…>', 'the Twilio account (default: TWILIO_ACCOUNT_SID)');
  for (const input of takes.asks ?? [])
    command.option(inputs[input].flag, takes.described?.[input] ?? inputs[input].description);
  if (takes.done)
    command.option(
      '--done <steps>',
      'manual steps that somebody has done, comma-separated; each is checked as far as it can be seen',
    );
  if (takes.people)
    command
      .option('--people-csv <file>', 'write everybody who may log in, with NameID and Worker of today and tomorrow')
      .option('--accept-new-workers', 'accept that people get a new, billed Worker (--yes does not)')
      .option('--accept-changed-claims', 'accept that claims are made otherwise than today (--yes does not)')
      .option('--accept-no-roles', 'accept a plan after which nobody has a Flex role (--yes does not)');
  if (takes.overwrites)
    command.option(
      '--overwrite <names>',
      'changes that may undo what others have changed since, by resource or key, comma-separated (--yes does not)',
    );
  if (takes.accepts)
    command.option(
      '--accept <checks>',
      'checks of the way back that need not pass, by name, comma-separated (--yes does not accept them)',
    );
  command.action(async () => {
    process.exitCode = await run(optionsOf(name, command.optsWithGlobals(), takes.asks ?? []));
  });
  return command;
}

/** Commander names an option after its flag; we name it after its input. */
function optionsOf(command: string, given: Record<string, unknown>, asks: readonly InputName[]): CommandOptions {
  const answers = asks.flatMap(name => {
    const attribute = flagName(name)
      .slice(2)
      .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const value = given[attribute];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { ...given, command, flags: Object.fromEntries(answers) };
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

// Nobody can be told of it.
outliveReader(process.stderr, () => {});
let lossTold: Promise<void> | undefined;
outliveReader(process.stdout, cause => {
  lossTold = tellLoss(cause);
});
outliveTerminal();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await fail(error);
  // A library may go on waiting for what nobody wants any more, as for a sign-in.
  setTimeout(async () => {
    await lossTold;
    process.exit();
  }, 200).unref();
}

/** An exit code that promises a result is not kept if the result is lost. */
async function tellLoss(cause: unknown): Promise<void> {
  process.once('exit', code => {
    if (code === exitCodes.done || code === exitCodes.paused) process.exitCode = exitCodes.failure;
  });
  (await import('./commands/failure.js')).reportLostResult(cause);
}

async function fail(error: unknown): Promise<number> {
  const usage = error instanceof commander.CommanderError;
  if (usage && error.exitCode === 0) return exitCodes.done;
  const { reportFailure } = await import('./commands/failure.js');
  if (!usage) return reportFailure(error, process.argv);
  // Commander has already said it on stderr; a script wants its document.
  if (process.argv.includes('--json'))
    reportFailure(inputError(error.code, error.message, 'Run flex-sso --help to see what there is.'), process.argv);
  return exitCodes.usage;
}
