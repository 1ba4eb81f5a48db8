import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { attemptKey } from '../contract/attempt';
import { Messages } from '../contract/messages';
import { reportKey, reportSchema } from '../contract/report';
import type { ObjectStore } from '../lib/object-store';

export interface AwaitOptions {
  readonly spaces: ObjectStore;
  /** The environment's exchange bucket, where the machine answers, and its config bucket, where it is asked. */
  readonly bucket: string;
  readonly config: string;
  /** SHA-256 of the desired state that the machine shall have converged to. */
  readonly digest: string;
  /** Seconds. */
  readonly patience: number;
  readonly say: (line: string) => void;
  /** Milliseconds between two looks. */
  readonly poll?: number;
}

/** What it needs of a report. */
const wordSchema = reportSchema.pick({ at: true, converge: true });

/**
 * Waits until the machine reports that it has converged to this desired state. Fails with what the machine says when it could not,
 * and with what was seen last when the time is over. What failed before is tried again, because this asks anew.
 */
export async function awaitMachine({
  spaces,
  bucket,
  config,
  digest,
  patience,
  say,
  poll = 2_000,
}: AwaitOptions): Promise<void> {
  const id = randomUUID();
  const exchange = new Messages(spaces, bucket);
  await new Messages(spaces, config).send(attemptKey, { id });
  let seen = '';
  for (const end = performance.now() + patience * 1000; performance.now() < end; await sleep(poll)) {
    const report = await exchange.read(reportKey, wordSchema).catch((error: Error) => error);
    const { converge } = report instanceof Error || report === undefined ? {} : report;
    const own = converge?.attempt === id && converge.digest === digest ? converge : undefined;
    if (own?.state === 'converged') return say(`the machine has converged, in ${own.seconds} s`);
    if (own?.state === 'failed')
      throw new Error(
        [
          'the machine could not be brought to what is desired:',
          ...own.problems.map((line) => `  ${line}`),
          'What worked is in force. Deploy again to try again.',
        ].join('\n'),
      );
    const now =
      report instanceof Error
        ? `the bucket cannot be read: ${report.message}`
        : report === undefined
          ? 'no report yet: the machine boots'
          : own !== undefined
            ? 'the machine converges'
            : `the machine, last heard of ${report.at}, has not seen this deploy yet`;
    if (now.replace(report instanceof Error ? '' : (report?.at ?? ''), '') !== seen) say(now);
    seen = now.replace(report instanceof Error ? '' : (report?.at ?? ''), '');
  }
  throw new Error(
    `the machine has not converged within ${patience} s (${seen}). It goes on trying: \`npx berth status\` and \`npx berth logs\` tell more; deploy again to wait again.`,
  );
}
