import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Attempt, attemptKey, attemptSchema } from '../contract/attempt';
import { Messages } from '../contract/messages';
import {
  handedOverKey,
  type Handover,
  handoverKey,
  handoverTimeout,
  handoverSchema,
  waitsForVolume,
} from '../contract/handover';
import { convergeSchema, machineSchema, reportKey, reportSchema, silence, waitingKey } from '../contract/report';
import type { ObjectStore } from '../lib/object-store';
import { poll, PollTimeout } from '../lib/poll';

/** The machine that replaces another, as the stack that is applied wants it. */
export interface Replacement {
  readonly generation: number;
  /** SHA-256 of the desired state that it shall converge to. */
  readonly digest: string;
}

export interface ReplacementOptions {
  readonly spaces: ObjectStore;
  /** The environment's exchange bucket, where machines answer, and its config bucket, where they are asked. */
  readonly bucket: string;
  readonly config: string;
  /** `undefined` when nothing replaces this machine: it just goes. */
  readonly replacement?: Replacement;
  /** Whether the new droplet exists, booted or not; `undefined` when it cannot be told. */
  readonly exists: () => Promise<boolean | undefined>;
  readonly say: (line: string) => void;
  /** Milliseconds between two looks. */
  readonly interval?: number;
  /** Milliseconds that a machine gets to be created, to boot, to release the volume, and to serve. */
  readonly timeouts?: Readonly<Record<'create' | 'boot' | 'handover' | 'serve', number>>;
}

/** What is read of a machine's report. */
const holderSchema = reportSchema.pick({ at: true }).extend({ machine: machineSchema.pick({ id: true }) });
const newMachineSchema = z.object({
  machine: machineSchema.pick({ generation: true }),
  converge: convergeSchema.pick({ digest: true, attempt: true, state: true, problems: true }).optional(),
});

const usualTimeouts = { create: 60_000, boot: 900_000, handover: handoverTimeout * 1000, serve: 900_000 };

/**
 * Before the volume is detached: waits until the new machine has booted beside the old one and has fetched everything that it will run, then
 * has the old one stop whatever writes to the volume, and unmount it. A machine that has long been silent is not waited for. Any failure
 * before the volume is free ends the apply with nothing detached, as long as the data is to live on with another machine.
 *
 * Terraform may be unable to create the new machine meanwhile: it changes what machines depend on only after this step, and with
 * `-parallelism=1` it does one thing at a time. Then nothing is waited for, and the interruption is as long as a boot.
 */
export async function handOverBeforeDetach(options: ReplacementOptions): Promise<void> {
  const { spaces, bucket, replacement, say } = options;
  const old = await new Messages(spaces, bucket).read(reportKey, holderSchema);
  if (old === undefined) return say('no machine has reported yet: nothing to hand over');
  if (Date.now() - Date.parse(old.at) > silence * 1000)
    return say(`the machine has not reported since ${old.at}: continuing without it`);
  if (replacement !== undefined) await waitUntilReady(replacement, options);
  await requestHandover(old.machine.id, options);
}

/** Only an answer to this very attempt counts: an earlier machine may have left another. */
async function waitUntilReady({ generation, digest }: Replacement, options: ReplacementOptions): Promise<void> {
  const { spaces, bucket, config, exists, say, interval = 1_000, timeouts = usualTimeouts } = options;
  const exchange = new Messages(spaces, bucket);
  const id = randomUUID();
  await new Messages(spaces, config).send(attemptKey, { id } satisfies Attempt);
  say(`the machine of generation ${generation} boots; the one before it serves meanwhile`);
  const start = performance.now();
  let created: boolean | undefined;
  const line = await poll(
    async () => {
      if (created !== true && performance.now() - start >= timeouts.create) created = await exists();
      if (created === false)
        return 'Terraform cannot create the new droplet until the old one has stopped (docs/machine.md, "Another machine"): it boots afterwards';
      const waiting = await exchange.read(waitingKey, newMachineSchema);
      const converge = waiting?.machine.generation === generation ? waiting.converge : undefined;
      if (converge?.attempt !== id || converge.digest !== digest || converge.state === 'converging') return undefined;
      const problems = converge.problems.filter((problem) => problem !== waitsForVolume);
      if (problems.length === 0)
        return `it is ready after ${secondsSince(start)} s: booted, and with every image that it will run`;
      throw new Error(
        [
          `the machine of generation ${generation} could not get ready:`,
          ...problems.map((problem) => `  ${problem}`),
          untouched,
        ].join('\n'),
      );
    },
    {
      timeout: timeouts.boot,
      interval,
      describe: (_, seconds) =>
        `the machine of generation ${generation} was not ready within ${seconds} s. ${untouched}`,
    },
  );
  say(line);
}

async function requestHandover(machine: string, options: ReplacementOptions): Promise<void> {
  const { spaces, bucket, config, replacement, say, interval = 1_000, timeouts = usualTimeouts } = options;
  const exchange = new Messages(spaces, bucket);
  const id = randomUUID();
  await new Messages(spaces, config).send(handoverKey, { id, machine } satisfies Handover);
  say('the machine stops its services, and then lets go of the volume');
  const start = performance.now();
  try {
    await poll(async () => (await exchange.read(handedOverKey, handoverSchema))?.id === id || undefined, {
      timeout: timeouts.handover,
      interval,
      describe: (_, seconds) => `the machine has not let go of the volume within ${seconds} s`,
    });
    say(`the volume is free after ${secondsSince(start)} s`);
  } catch (error) {
    if (!(error instanceof PollTimeout)) throw error;
    if (replacement !== undefined)
      throw new Error(
        `${error.message}: nothing was detached. \`npx berth logs\` tells more; apply again to try again.`,
        { cause: error },
      );
    say(`${error.message}: going on without it`);
  }
}

/**
 * Before the old machine is destroyed: waits until the new one serves. The old one has nothing to do any more, but it is there. Where the new
 * one cannot be created before this has ended, nothing is waited for.
 */
export async function waitUntilReplaced({
  spaces,
  bucket,
  config,
  replacement,
  exists,
  say,
  interval = 1_000,
  timeouts = usualTimeouts,
}: ReplacementOptions): Promise<void> {
  if (replacement === undefined || (await exists()) === false) return;
  const { generation, digest } = replacement;
  const exchange = new Messages(spaces, bucket);
  const asked = (await new Messages(spaces, config).read(attemptKey, attemptSchema))?.id;
  const doesNotServe = `the machine of generation ${generation} does not serve: the one before it is kept, without volume and address. Apply again when it does.`;
  await poll(
    async () => {
      const report = await exchange.read(reportKey, newMachineSchema);
      const converge =
        report?.machine.generation === generation && report.converge?.digest === digest ? report.converge : undefined;
      // the machine's own attempts go on; the one of this apply, which came after this began, has failed
      if (converge?.state === 'failed' && converge.attempt !== asked) throw new Error(doesNotServe);
      return converge?.state === 'converged' || undefined;
    },
    { timeout: timeouts.serve, interval, describe: () => doesNotServe },
  );
  say(`the machine of generation ${generation} serves: the one before it can go`);
}

const untouched = 'Nothing was touched: the machine before it goes on as it was. Apply again to try again.';

const secondsSince = (start: number): number => Math.round((performance.now() - start) / 1000);
