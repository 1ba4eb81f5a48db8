import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Attempt, attemptKey, attemptSchema } from '../contract/attempt';
import { Messages } from '../contract/messages';
import {
  handedOverKey,
  type Handover,
  handoverKey,
  handoverPatience,
  handoverSchema,
  waitsForVolume,
} from '../contract/handover';
import { convergeSchema, machineSchema, reportKey, reportSchema, silence, waitingKey } from '../contract/report';
import type { ObjectStore } from '../lib/object-store';

/** The machine that follows, as the stack that is applied wants it. */
export interface Successor {
  readonly generation: number;
  /** SHA-256 of the desired state that it shall converge to. */
  readonly digest: string;
}

export interface SuccessionOptions {
  readonly spaces: ObjectStore;
  /** The environment's exchange bucket, where machines answer, and its config bucket, where they are asked. */
  readonly bucket: string;
  readonly config: string;
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

/** What it needs of a machine's report. */
const holderSchema = reportSchema.pick({ at: true }).extend({ machine: machineSchema.pick({ id: true }) });
const followerSchema = z.object({
  machine: machineSchema.pick({ generation: true }),
  converge: convergeSchema.pick({ digest: true, attempt: true, state: true, problems: true }).optional(),
});

const usualPatience = { made: 60_000, boot: 900_000, handover: handoverPatience * 1000, serve: 900_000 };

/**
 * Between one machine and the next: first it waits until the one that follows has booted beside the old one and has fetched all that
 * it will run; then it has the old one stop what writes to the volume, and unmount, cleanly. A machine that has long been silent is
 * not waited for. Whatever goes wrong before the volume is free ends the apply with nothing detached, if data is to go on on another machine.
 *
 * Terraform may be unable to make the next machine meanwhile: it changes what machines depend on only after this, and with
 * `-parallelism=1` it does one thing at a time. Then nobody is waited for, and the interruption is a boot.
 */
export async function succeed({
  spaces,
  bucket,
  config,
  successor,
  made,
  say,
  poll = 1_000,
  patience = usualPatience,
}: SuccessionOptions): Promise<void> {
  const exchange = new Messages(spaces, bucket);
  const orders = new Messages(spaces, config);
  const old = await exchange.read(reportKey, holderSchema);
  if (old === undefined) return say('no machine has reported yet: nothing to hand over');
  if (Date.now() - Date.parse(old.at) > silence * 1000)
    return say(`the machine is silent since ${old.at}: going on without it`);
  if (successor !== undefined) await ready(successor);
  await handOver();

  /** The answer has to be one to this question: what lies there may be an earlier machine's. */
  async function ready({ generation, digest }: Successor): Promise<void> {
    const id = randomUUID();
    await orders.send(attemptKey, { id } satisfies Attempt);
    say(`the machine of generation ${generation} boots; the one before it serves meanwhile`);
    const start = performance.now();
    let beside: boolean | undefined;
    for (; performance.now() - start < patience.boot; await sleep(poll)) {
      if (beside !== true && performance.now() - start >= patience.made) beside = await made();
      if (beside === false)
        return say(
          'Terraform does not make it before this one has stopped (docs/machine.md, "Another machine"): it boots after it',
        );
      const waiting = await exchange.read(waitingKey, followerSchema);
      const converge = waiting?.machine.generation === generation ? waiting.converge : undefined;
      if (converge?.attempt !== id || converge.digest !== digest || converge.state === 'converging') continue;
      const problems = converge.problems.filter((problem) => problem !== waitsForVolume);
      if (problems.length === 0)
        return say(`it is ready after ${seconds(start)} s: booted, and with every image that it will run`);
      throw new Error(
        [
          `the machine of generation ${generation} could not get ready:`,
          ...problems.map((line) => `  ${line}`),
          untouched,
        ].join('\n'),
      );
    }
    throw new Error(`the machine of generation ${generation} was not ready within ${seconds(start)} s. ${untouched}`);
  }

  async function handOver(): Promise<void> {
    const id = randomUUID();
    await orders.send(handoverKey, { id, machine: old!.machine.id } satisfies Handover);
    say('the machine stops its services, and then lets go of the volume');
    const start = performance.now();
    for (; performance.now() - start < patience.handover; await sleep(poll)) {
      if ((await exchange.read(handedOverKey, handoverSchema))?.id === id)
        return say(`the volume is free after ${seconds(start)} s`);
    }
    const problem = `the machine has not let go of the volume within ${seconds(start)} s`;
    if (successor !== undefined)
      throw new Error(`${problem}: nothing was detached. \`npx berth logs\` tells more; apply again to try again.`);
    say(`${problem}: going on without it`);
  }
}

/**
 * The old machine is destroyed only when the one that follows serves. It has nothing to do any more; but it is there. Where the
 * next one cannot be made before this has ended, nobody is waited for.
 */
export async function relieved({
  spaces,
  bucket,
  config,
  successor,
  made,
  say,
  poll = 1_000,
  patience = usualPatience,
}: SuccessionOptions): Promise<void> {
  if (successor === undefined || (await made()) === false) return;
  const { generation, digest } = successor;
  const exchange = new Messages(spaces, bucket);
  const asked = (await new Messages(spaces, config).read(attemptKey, attemptSchema))?.id;
  const start = performance.now();
  for (; performance.now() - start < patience.serve; await sleep(poll)) {
    const report = await exchange.read(reportKey, followerSchema);
    const converge =
      report?.machine.generation === generation && report.converge?.digest === digest ? report.converge : undefined;
    if (converge?.state === 'converged')
      return say(`the machine of generation ${generation} serves: the one before it can go`);
    // its own attempts go on; the apply's, which came after this began, has failed
    if (converge?.state === 'failed' && converge.attempt !== asked) break;
  }
  throw new Error(
    `the machine of generation ${generation} does not serve: the one before it is kept, without volume and address. Apply again when it does.`,
  );
}

const untouched = 'Nothing was touched: the machine before it goes on as it was. Apply again to try again.';

const seconds = (since: number): number => Math.round((performance.now() - since) / 1000);
