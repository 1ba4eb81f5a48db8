import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { attemptKey } from '../contract/attempt';
import { Messages } from '../contract/messages';
import { reportKey, reportSchema } from '../contract/report';
import type { ObjectStore } from '../lib/object-store';
import { poll } from '../lib/poll';

export interface WaitOptions {
  readonly spaces: ObjectStore;
  /** The environment's exchange bucket, where the machine answers, and its config bucket, where it is asked. */
  readonly bucket: string;
  readonly config: string;
  /** SHA-256 of the desired state that the machine shall have converged to. */
  readonly digest: string;
  /** Seconds. */
  readonly timeout: number;
  readonly say: (line: string) => void;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/** What it needs of a report. */
const awaitedSchema = reportSchema.pick({ at: true, converge: true });
type Awaited = z.infer<typeof awaitedSchema>;

/**
 * Waits until the machine reports that it has converged to this desired state. Fails with what the machine says when it could not,
 * and with what was seen last when the time is over. What failed before is tried again, because this asks anew.
 */
export async function waitForConvergence({
  spaces,
  bucket,
  config,
  digest,
  timeout,
  say,
  interval = 2_000,
}: WaitOptions): Promise<void> {
  const id = randomUUID();
  const exchange = new Messages(spaces, bucket);
  await new Messages(spaces, config).send(attemptKey, { id });
  let told = '';
  const seconds = await poll(
    async (saw) => {
      const report = await exchange.read(reportKey, awaitedSchema).catch((error: Error) => error);
      const converge = report instanceof Error ? undefined : report?.converge;
      const own = converge?.attempt === id && converge.digest === digest ? converge : undefined;
      if (own?.state === 'converged') return own.seconds;
      if (own?.state === 'failed') throw new Error(failure(own.problems));
      const { line, seen } = stateOf(report, own !== undefined);
      if (seen !== told) say(line);
      told = seen;
      saw(seen);
      return undefined;
    },
    {
      timeout: timeout * 1000,
      interval,
      describe: (seen) =>
        `the machine has not converged within ${timeout} s (${seen}). It goes on trying: \`npx berth status\` and \`npx berth logs\` tell more; deploy again to wait again.`,
    },
  );
  say(`the machine has converged, in ${seconds} s`);
}

const failure = (problems: readonly string[]): string =>
  [
    'the machine failed to converge:',
    ...problems.map((line) => `  ${line}`),
    'What worked is in force. Deploy again to try again.',
  ].join('\n');

/** Where the machine is, as a line to print and without what changes with every report. */
function stateOf(report: Awaited | Error | undefined, own: boolean): { line: string; seen: string } {
  const same = (line: string) => ({ line, seen: line });
  if (report instanceof Error) return same(`the bucket cannot be read: ${report.message}`);
  if (report === undefined) return same('no report yet: the machine boots');
  if (own) return same('the machine converges');
  const line = (at: string): string => `the machine, last heard of ${at}, has not seen this deploy yet`;
  return { line: line(report.at), seen: line('') };
}
