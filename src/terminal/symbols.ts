type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a terminal with this environment can be expected to show more than ASCII. */
export function showsUnicode(env: Environment, platform: NodeJS.Platform = process.platform): boolean {
  if (env.TERM === 'dumb' || env.TERM === 'linux') return false;
  // The classic Windows console; newer terminals give themselves away.
  if (platform === 'win32')
    return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuTask || env.TERM?.startsWith('xterm'));
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const charset = locale.split('.')[1];
  return charset ? /^utf-?8/i.test(charset) : locale !== 'C' && locale !== 'POSIX';
}

/** Our own symbols and punctuation for terminals that know ASCII only. */
const inAscii: Readonly<Record<string, string>> = {
  '✓': '[ok]',
  '✗': '[failed]',
  '✋': '*',
  '→': '->',
  '←': '<-',
  '↵': '\\n',
  '·': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
};

/** The same text in ASCII: our own symbols as ASCII looks for them, every other character by its name, `<U+00E9>`. */
export function toAscii(text: string): string {
  return text.replace(
    /[^\0-\x7f]/gu,
    character =>
      inAscii[character] ?? `<U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}
