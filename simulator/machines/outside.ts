import { join } from 'node:path';
import { type Finished, run } from '../process';

export interface OutsideOptions {
  /** Beside what makes the usual clients trust this world's authorities. */
  readonly env?: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
  /** Ends it, as Ctrl-C would. */
  readonly signal?: AbortSignal;
}

export interface Outside {
  /** A process in the network's namespace. */
  readonly gate: number;
  /** Holds resolv.conf and nsswitch.conf. */
  readonly folder: string;
  readonly certificateFile: string;
}

// the host's own resolvers, those that glibc asks over a socket too, know nothing of this world
const script =
  'mount --bind "$FOLDER/resolv.conf" /etc/resolv.conf && mount --bind "$FOLDER/nsswitch.conf" /etc/nsswitch.conf && unset FOLDER && exec "$@"';

/** Runs a command of this host in a network's namespace. It ends, at the latest, with this process. */
export function runOutside(
  { gate, folder, certificateFile: authorities }: Outside,
  command: readonly string[],
  { env, onLine, signal }: OutsideOptions = {},
): Promise<Finished> {
  return run(
    'setpriv',
    [
      '--pdeathsig',
      'TERM',
      'nsenter',
      '--target',
      String(gate),
      '--net',
      '--',
      'unshare',
      '--mount',
      '--propagation',
      'private',
      '--',
      'sh',
      '-c',
      script,
      'outside',
      ...command,
    ],
    {
      cwd: '/',
      env: {
        PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
        HOME: process.env.HOME,
        LC_ALL: 'C.UTF-8',
        CURL_CA_BUNDLE: authorities,
        SSL_CERT_FILE: authorities,
        NODE_EXTRA_CA_CERTS: authorities,
        ...env,
        FOLDER: join(folder),
      },
      onLine,
      signal,
    },
  );
}
