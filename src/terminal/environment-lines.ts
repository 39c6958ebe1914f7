type Variables = Readonly<Record<string, string>>;

/** Lines that set variables in a POSIX shell. Nothing in the quotes means anything to it but the quote itself. */
export const exportLines = (variables: Variables): string =>
  linesOf(variables, (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);

/** Lines that set variables in PowerShell, which takes the curly quotes of a word processor for straight ones. */
export const powerShellLines = (variables: Variables): string =>
  linesOf(variables, (name, value) => `$env:${name} = "${value.replace(/[`$"“”„]/g, '`$&')}"`);

const linesOf = (variables: Variables, line: (name: string, value: string) => string): string =>
  Object.entries(variables)
    .map(([name, value]) => line(name, value))
    .join('\n');
