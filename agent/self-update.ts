import { createHash } from 'node:crypto';
import type { ObjectStore } from '../lib/object-store';

/** Where Terraform puts the agent, and the digest that it is checked by. */
export const agentKey = 'agent/agent.js';

/** Looks for another agent in the config bucket. The agent ends for it, and the unit's restart fetches it. */
export class SelfUpdate {
  /** Another agent is there. */
  pending = false;

  constructor(
    private readonly store: ObjectStore,
    private readonly bucket: string,
    private readonly digest: string,
  ) {}

  async look(): Promise<void> {
    this.pending = await newerBundleAvailable(this.store, this.bucket, this.digest);
  }
}

/**
 * Whether the bucket holds another agent than the one that runs, whole and with the digest that fits. A bundle that does not fit is left
 * alone, or the machine would restart its agent for ever.
 */
export async function newerBundleAvailable(store: ObjectStore, bucket: string, own: string): Promise<boolean> {
  const announced = await store.get(bucket, `${agentKey}.sha256`);
  if (announced.status !== 200) return false;
  const digest = announced.body.toString('utf8').split(/\s/)[0];
  if (digest === own) return false;
  const bundle = await store.get(bucket, agentKey);
  return bundle.status === 200 && createHash('sha256').update(bundle.body).digest('hex') === digest;
}
