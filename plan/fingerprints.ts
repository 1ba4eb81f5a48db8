import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fingerprint, Fingerprints } from './affected';
import { readProviderLock } from './provider-lock';
import { digestOf, parseStack, type StackJson } from './stack-json';

/**
 * A digest for each stack that a synth has left: of its JSON as Terraform reads it, and of the versions to which the lock
 * file beside it pins the providers that it uses. Files beside the JSON are named in it after their contents.
 */
export function readFingerprints(outdir: string): Fingerprints {
  const stacks = join(outdir, 'stacks');
  return new Map(
    readdirSync(stacks)
      .sort()
      .map((name) => {
        const lock = join(stacks, name, '.terraform.lock.hcl');
        const stack = parseStack(readFileSync(join(stacks, name, 'cdk.tf.json'), 'utf8'));
        return [name, fingerprint(stack, existsSync(lock) ? readFileSync(lock, 'utf8') : '')];
      }),
  );
}

/** Two stacks have the same digest when Terraform would be told the same by both. */
export function fingerprint(stack: StackJson, lock: string): Fingerprint {
  const sources = Object.values(stack.terraform?.required_providers ?? {}).map(({ source = '' }) =>
    source.toLowerCase(),
  );
  const pinned = Object.entries(readProviderLock(lock).providers).filter(([address]) =>
    sources.some((source) => address === source || address.endsWith(`/${source}`)),
  );
  // as DigitalOcean's project is told
  const production = Object.values(stack.resource?.digitalocean_project ?? {}).some(
    ({ environment }) => environment === 'Production',
  );
  return { digest: digestOf({ stack, pinned }), production };
}
