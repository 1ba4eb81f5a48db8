/** A text as one word of a POSIX shell's command line: nothing means anything inside single quotes (POSIX, Shell Command Language, 2.2.2). No NUL: no program can be given one. */
export const shellText = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
