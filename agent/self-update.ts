import { createHash } from 'node:crypto';
import type { ObjectStore } from '../lib/object-store';

/** Where Terraform puts the agent, and the digest that it is checked by. */
export const agentKey = 'agent/agent.js';

/**
 * Whether the bucket holds another agent than the one that runs, whole and with the digest that fits. Then this one ends, and
 * the unit's restart fetches it; a bundle that does not fit is left alone, or the machine would restart its agent for ever.
 */
export async function newerBundleAvailable(spaces: ObjectStore, bucket: string, own: string): Promise<boolean> {
  const announced = await spaces.get(bucket, `${agentKey}.sha256`);
  if (announced.status !== 200) return false;
  const digest = announced.body.toString('utf8').split(/\s/)[0];
  if (digest === own) return false;
  const bundle = await spaces.get(bucket, agentKey);
  return bundle.status === 200 && createHash('sha256').update(bundle.body).digest('hex') === digest;
}
