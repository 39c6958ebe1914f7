import { clean } from './clean.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Without these of this run's options a later command would look for another migration. */
const decisive = ['--sandbox', '--state', '--endpoints', '--account'];

/**
 * Puts the commands in a text, `flex-sso resume`, the way this reader has to type them: through npx where this run was started so,
 * and with the options that say which migration is meant.
 */
export function typedCommands(argv: readonly string[], env: Environment): (text: string) => string {
  const program = isThroughNpx(env) ? 'npx flex-sso' : 'flex-sso';
  const given = decisiveOptions(argv);
  return text =>
    text.replace(/`flex-sso( [a-z][^`]*)`/g, (_, rest: string) => {
      const takes = rest.startsWith(' sandbox') ? ['--state'] : decisive;
      const missing = given.filter(({ name }) => takes.includes(name) && !rest.includes(name));
      return `\`${program}${rest}${missing.map(({ typed }) => ` ${typed}`).join('')}\``;
    });
}

const isThroughNpx = (env: Environment) =>
  env.npm_lifecycle_event === 'npx' && (env.npm_lifecycle_script ?? '').includes('flex-sso');

function decisiveOptions(argv: readonly string[]): { name: string; typed: string }[] {
  const options = argv.flatMap((word, index) => {
    const [name = '', attached] = word.split(/=(.*)/s, 2);
    if (!decisive.includes(name)) return [];
    if (name === '--sandbox') return [{ name, typed: name }];
    const value = clean(attached ?? argv[index + 1] ?? '');
    return [{ name, typed: `${name} ${/[^\w@%+=:,./\\~-]/.test(value) ? `"${value}"` : value}` }];
  });
  return [...new Map(options.map(option => [option.name, option])).values()];
}
