/** A line that says that a person logged in, and whom it names. */
interface Login {
  at: number;
  names: readonly string[];
}

/** A log ends with what counts. */
const maxLog = 2_000_000;
const maxLogins = 1_000;

const worked =
  /\b(?:login|log-?in|logon|sign-?in|sign-?on)\b\W{0,3}(?:was |is |has )?(?:ok\b|success|succeeded|worked)|(?<!un)(?<!not )\bsuccessful(?:ly)? (?:login|logged in|sign-?in|signed in|authenticated)|\b(?:logged|signed) in successfully/gi;

/** The logins that worked, by the lines of a log. */
export function loginsIn(text: string): Login[] {
  const start = Math.max(0, text.length - maxLog);
  return Array.from(text.slice(start).matchAll(worked), ({ index }) => start + index)
    .slice(-maxLogins)
    .map(at => ({ at, names: namesIn(lineAt(text, at)) }));
}

/** Whether one of the logins comes after a place, and is by the same person: both lines name them, or neither names anybody. */
export function overcameBy(logins: readonly Login[], text: string, place: number): boolean {
  const later = logins.filter(({ at }) => at > place);
  if (later.length === 0) return false;
  const names = namesIn(lineAt(text, place));
  return later.some(login =>
    names.length === 0 ? login.names.length === 0 : login.names.some(name => names.includes(name)),
  );
}

function lineAt(text: string, at: number): string {
  const before =
    text
      .slice(Math.max(0, at - 1_000), at)
      .split(/[\r\n]/)
      .at(-1) ?? '';
  const [after = ''] = text.slice(at, at + 1_000).split(/[\r\n]/, 1);
  return before + after;
}

/** Addresses, and what stands behind "user". */
const namesIn = (line: string): string[] =>
  Array.from(
    line.matchAll(
      /\b(?:user(?:name|_?id|principalname)?|actor|login)["']?[=:]\s?["']?([^\s"',;]{1,100})|([\w.+-]{1,64}@[\w.-]{1,100})/gi,
    ),
    ([, named, address]) => (named ?? address ?? '').toLowerCase(),
  );
