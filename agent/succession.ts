import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { handedOverKey, type Handover, handoverKey, handoverPatience } from './handover';
import type { Report } from './report';
import { reportKey } from './report-key';
import type { Spaces } from './spaces';

export interface SuccessionOptions {
  readonly spaces: Spaces;
  /** The environment's exchange bucket. */
  readonly bucket: string;
  /** Whether another machine follows, or the machine just goes. */
  readonly successor: boolean;
  readonly say: (line: string) => void;
  /** Milliseconds between two looks, and after which a machine that does not answer is given up. */
  readonly poll?: number;
  readonly patience?: number;
}

/** Milliseconds after which a machine counts as silent. */
const silence = 180_000;

/**
 * Before a machine loses its volume: has it stop what writes there, and unmount, cleanly. One that has long been silent is not waited
 * for. One that speaks and cannot let go ends the apply before anything is detached, if its data is to go on on another machine.
 */
export async function succeed({ spaces, bucket, successor, say, poll = 1_000, patience = handoverPatience * 1000 }: SuccessionOptions): Promise<void> {
  const read = async <T>(key: string): Promise<T | undefined> => {
    const { status, body } = await spaces.get(bucket, key);
    if (status !== 200 && status !== 404) throw new Error(`${bucket}/${key}: ${status}`);
    return status === 200 ? JSON.parse(body.toString('utf8')) as T : undefined;
  };
  const old = await read<Report>(reportKey);
  if (old === undefined) return say('no machine has reported yet: nothing to hand over');
  if (Date.now() - Date.parse(old.at) > silence) return say(`the machine is silent since ${old.at}: going on without it`);
  const id = randomUUID();
  await spaces.put(bucket, handoverKey, `${JSON.stringify({ id, machine: old.machine.id } satisfies Handover)}\n`, 'application/json');
  say('the machine stops its services, and then lets go of the volume');
  const start = performance.now();
  for (; performance.now() - start < patience; await sleep(poll)) {
    if ((await read<Handover>(handedOverKey))?.id === id) return say(`the volume is free after ${Math.round((performance.now() - start) / 1000)} s`);
  }
  const problem = `the machine has not let go of the volume within ${Math.round(patience / 1000)} s`;
  if (successor) throw new Error(`${problem}: nothing was detached. \`npx berth logs\` tells more; apply again to try again.`);
  say(`${problem}: going on without it`);
}
