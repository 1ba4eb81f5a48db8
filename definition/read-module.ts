import { existsSync, realpathSync, statSync, writeSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { reason } from './shown';
import { DefinitionError, ExplainedError, type Problem } from './problem';

/** What is wrong with a file as a whole. It may be another than the one that was asked for: a file that this one imports. */
export interface FileProblem {
  /** Path from the project's root. */
  readonly where: string;
  readonly problem: Problem;
}

export type Read =
  | { readonly exported: unknown; readonly failed?: undefined }
  | { readonly exported?: undefined; readonly failed: FileProblem };

/** Runs a TypeScript file of the project, and gives what it exports. A file that cannot be run is told as its author would look for it: where, and what. */
export function readModule(path: string, root: string): Read {
  const where = relative(root, path);
  const fails = (message: string, file = where): Read => ({ failed: { where: file, problem: { path: '', message } } });
  try {
    const found = statSync(path);
    if (found.isDirectory())
      return fails('is a folder: move what it declares to a file of this name, or give it a name without ".ts"');
    if (!found.isFile()) return fails('is no file: take it away');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fails(code === 'ENOENT' ? 'is missing' : `cannot be read (${reason(error)})`);
  }
  const ended = (): void => {
    process.exitCode = 1;
    writeSync(2, `${where} cannot be used:\n  it ends the process while it is read: take process.exit() out\n`);
  };
  process.once('exit', ended);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- which files there are is known only now
    return { exported: require(path) as unknown };
  } catch (error) {
    // Node names files by where they really are
    return explained(error, where, realpathSync(root), realpathSync(dirname(path)), fails);
  } finally {
    process.removeListener('exit', ended);
  }
}

/** The same, for a file that has to be there. */
export function mustReadModule(path: string, root: string, example: string): unknown {
  const { exported, failed }: Read = existsSync(path)
    ? readModule(path, root)
    : {
        failed: {
          where: relative(root, path),
          problem: { path: '', message: `is missing: write it, with ${example}` },
        },
      };
  if (failed) throw new DefinitionError([{ where: failed.where, problems: [failed.problem] }]);
  return exported;
}

function explained(
  error: unknown,
  where: string,
  root: string,
  folder: string,
  fails: (message: string, file?: string) => Read,
): Read {
  const inProject = (text: string): string => text.replaceAll(`${root}/`, '');
  if (error instanceof ExplainedError) return fails(inProject(error.message), placeOf(error, root, folder)?.file);
  const [code, requireStack, message] = ['code', 'requireStack', 'message'].map((name) => property(error, name)) as [
    unknown,
    unknown,
    unknown,
  ];
  // esbuild reads the TypeScript, and says where it could not
  const unread = typeof message === 'string' ? /^(.+):(\d+):\d+: ERROR: (.+)$/m.exec(message) : null;
  if (unread) return fails(`line ${unread[2]!}: ${unread[3]!}`, relative(root, unread[1]!));
  if (code === 'MODULE_NOT_FOUND' && Array.isArray(requireStack)) {
    const wanted = /Cannot find module '([^']*)'/.exec(reason(error))?.[1] ?? '?';
    const file = relative(root, String(requireStack[0] ?? join(root, where)));
    const missing = wanted.startsWith('.')
      ? `${relative(root, join(root, file, '..', wanted))}${/\.\w+$/.test(wanted) ? '' : '.ts'} is missing`
      : 'it is not installed';
    return fails(`imports "${inProject(wanted)}", and ${missing}`, file);
  }
  const place = placeOf(error, root, folder);
  const name = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
  const cyclic = /before initialization/.test(reason(error))
    ? "; files that import each other cannot use each other's values while they are read"
    : '';
  return fails(`${place ? `line ${place.line}: ` : ''}throws ${name}${inProject(reason(error))}${cyclic}`, place?.file);
}

/** Anything can be thrown, also what cannot be read. */
function property(thrown: unknown, name: string): unknown {
  try {
    return (thrown as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/** The innermost line of the definitions' folder that an error passed. */
function placeOf(error: unknown, root: string, folder: string): { file: string; line: number } | undefined {
  const stack = property(error, 'stack');
  if (typeof stack !== 'string') return undefined;
  for (const [, file, line] of stack.matchAll(/\(?((?:\/|[A-Za-z]:\\)[^()\n]*?):(\d+):\d+\)?$/gm)) {
    if (dirname(file!) === folder) return { file: relative(root, file!), line: Number(line) };
  }
  return undefined;
}
