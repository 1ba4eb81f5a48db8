/**
 * The hidden first line that what we keep at GitHub is found by again: `<!-- berth:review COMMIT -->`. Names and commits have no
 * sign in them that could end it.
 */
export function markerLine(name: string, about?: string): string {
  if (about !== undefined && !/^[\w.-]*\w$/.test(about))
    throw new Error(`${JSON.stringify(about)} cannot be put into a marker: letters, digits, dots and dashes can`);
  return `<!-- ${name}${about === undefined ? '' : ` ${about}`} -->`;
}

/** Something that was written at GitHub. */
export interface Written {
  readonly body?: string | null;
  readonly user?: { readonly login: string } | null;
}

/** The workflows' own user, whose token cannot tell who it is. */
export const workflowUser = 'github-actions[bot]';

/**
 * Whether it is ours: its first line is the marker, and we wrote it. Everybody who may comment can write a marker; taking theirs
 * for ours would put our words under their name, or fail.
 */
export function isOurs({ body, user }: Written, name: string, us: readonly string[], about?: string): boolean {
  const [first = ''] = (body ?? '').split(/\r?\n/, 1);
  const marked =
    about === undefined
      ? new RegExp(`^<!-- ${name}(?: [\\w.-]+)? -->$`).test(first)
      : first === markerLine(name, about);
  return marked && user != null && us.includes(user.login);
}
