import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attempt, attemptKey } from './attempt';
import { handedOverKey, type Handover, handoverKey, handoverPatience, waitingKey, waitsForVolume } from './handover';
import type { Report } from './report';
import { reportKey, silence } from './report-key';
import type { Spaces } from './spaces';

/** The machine that follows, as the stack that is applied wants it. */
export interface Successor {
  readonly generation: number;
  /** SHA-256 of the desired state that it shall converge to. */
  readonly digest: string;
}

export interface SuccessionOptions {
  readonly spaces: Spaces;
  /** The environment's exchange bucket. */
  readonly bucket: string;
  /** Nothing when no machine follows: this one just goes. */
  readonly successor?: Successor;
  /** Whether the machine that follows is there, booted or not; nothing when it cannot be told. */
  readonly made: () => Promise<boolean | undefined>;
  readonly say: (line: string) => void;
  /** Milliseconds between two looks. */
  readonly poll?: number;
  /** Milliseconds that a machine gets to be made, to boot, to let go of the volume, and to serve. */
  readonly patience?: Readonly<Record<'made' | 'boot' | 'handover' | 'serve', number>>;
}

const usualPatience = { made: 60_000, boot: 900_000, handover: handoverPatience * 1000, serve: 900_000 };

/**
 * Between one machine and the next: first it waits until the one that follows has booted beside the old one and has fetched all that
 * it will run; then it has the old one stop what writes to the volume, and unmount, cleanly. A machine that has long been silent is
 * not waited for. Whatever goes wrong before the volume is free ends the apply with nothing detached, if data is to go on on another machine.
 *
 * Terraform may be unable to make the next machine meanwhile: it changes what machines depend on only after this, and with
 * `-parallelism=1` it does one thing at a time. Then nobody is waited for, and the interruption is a boot.
 */
export async function succeed({ spaces, bucket, successor, made, say, poll = 1_000, patience = usualPatience }: SuccessionOptions): Promise<void> {
  const old = await read<Report>(spaces, bucket, reportKey);
  if (old === undefined) return say('no machine has reported yet: nothing to hand over');
  if (Date.now() - Date.parse(old.at) > silence * 1000) return say(`the machine is silent since ${old.at}: going on without it`);
  if (successor !== undefined) await ready(successor);
  await handOver();

  /** The answer has to be one to this question: what lies there may be an earlier machine's. */
  async function ready({ generation, digest }: Successor): Promise<void> {
    const id = randomUUID();
    await spaces.put(bucket, attemptKey, `${JSON.stringify({ id } satisfies Attempt)}\n`, 'application/json');
    say(`the machine of generation ${generation} boots; the one before it serves meanwhile`);
    const start = performance.now();
    let beside: boolean | undefined;
    for (; performance.now() - start < patience.boot; await sleep(poll)) {
      if (beside !== true && performance.now() - start >= patience.made) beside = await made();
      if (beside === false) return say('Terraform does not make it before this one has stopped (docs/machine.md, "Another machine"): it boots after it');
      const waiting = await read<Report>(spaces, bucket, waitingKey);
      const converge = waiting?.machine.generation === generation ? waiting.converge : undefined;
      if (converge?.attempt !== id || converge.digest !== digest || converge.state === 'converging') continue;
      const problems = converge.problems.filter((problem) => problem !== waitsForVolume);
      if (problems.length === 0) return say(`it is ready after ${seconds(start)} s: booted, and with every image that it will run`);
      throw new Error([`the machine of generation ${generation} could not get ready:`, ...problems.map((line) => `  ${line}`), untouched].join('\n'));
    }
    throw new Error(`the machine of generation ${generation} was not ready within ${seconds(start)} s. ${untouched}`);
  }

  async function handOver(): Promise<void> {
    const id = randomUUID();
    await spaces.put(bucket, handoverKey, `${JSON.stringify({ id, machine: old!.machine.id } satisfies Handover)}\n`, 'application/json');
    say('the machine stops its services, and then lets go of the volume');
    const start = performance.now();
    for (; performance.now() - start < patience.handover; await sleep(poll)) {
      if ((await read<Handover>(spaces, bucket, handedOverKey))?.id === id) return say(`the volume is free after ${seconds(start)} s`);
    }
    const problem = `the machine has not let go of the volume within ${seconds(start)} s`;
    if (successor !== undefined) throw new Error(`${problem}: nothing was detached. \`npx berth logs\` tells more; apply again to try again.`);
    say(`${problem}: going on without it`);
  }
}

/**
 * The old machine is destroyed only when the one that follows serves. It has nothing to do any more; but it is there. Where the
 * next one cannot be made before this has ended, nobody is waited for.
 */
export async function relieved({ spaces, bucket, successor, made, say, poll = 1_000, patience = usualPatience }: SuccessionOptions): Promise<void> {
  if (successor === undefined || await made() === false) return;
  const { generation, digest } = successor;
  const asked = (await read<Attempt>(spaces, bucket, attemptKey))?.id;
  const start = performance.now();
  for (; performance.now() - start < patience.serve; await sleep(poll)) {
    const report = await read<Report>(spaces, bucket, reportKey);
    const converge = report?.machine.generation === generation && report.converge?.digest === digest ? report.converge : undefined;
    if (converge?.state === 'converged') return say(`the machine of generation ${generation} serves: the one before it can go`);
    // its own attempts go on; the apply's, which came after this began, has failed
    if (converge?.state === 'failed' && converge.attempt !== asked) break;
  }
  throw new Error(`the machine of generation ${generation} does not serve: the one before it is kept, without volume and address. Apply again when it does.`);
}

const untouched = 'Nothing was touched: the machine before it goes on as it was. Apply again to try again.';

const seconds = (since: number): number => Math.round((performance.now() - since) / 1000);

async function read<T>(spaces: Spaces, bucket: string, key: string): Promise<T | undefined> {
  const { status, body } = await spaces.get(bucket, key);
  if (status !== 200 && status !== 404) throw new Error(`${bucket}/${key}: ${status}`);
  return status === 200 ? JSON.parse(body.toString('utf8')) as T : undefined;
}
