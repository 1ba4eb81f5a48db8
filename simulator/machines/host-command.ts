import { type Finished, run } from '../process';

const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8' };

/** Runs a command on this host and fails with its last lines unless it ends well. */
export async function onHost(
  file: string,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<Finished> {
  const finished = await run(file, args, { cwd: '/', env, onLine });
  if (finished.code === 0) return finished;
  throw new Error(
    `${[file, ...args].join(' ')} ended with ${finished.code}:\n${finished.output.trim().split('\n').slice(-15).join('\n')}`,
  );
}
