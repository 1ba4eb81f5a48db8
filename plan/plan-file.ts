import { readFileSync } from 'node:fs';
import { ExplainedError } from '../definition/problem';
import { type ProviderLock, readProviderLock } from './provider-lock';
import { parseStack, type Tree } from './stack-json';
import { zipEntries } from './zip-entries';

/** What a plan file carries beside the plan: the very things that Terraform itself will hold against the world when it applies it. */
export interface PlanFile {
  /** The configuration that was planned, cdktf's commentary aside. */
  readonly stack: Tree;
  readonly providerLock: ProviderLock;
  /** The state that was planned upon: Terraform refuses to apply to any other. Empty and 0 where there was none. */
  readonly state: { readonly lineage: string; readonly serial: number };
}

/**
 * Opens the file that `terraform plan -out` wrote. It is an archive with a copy of the configuration, of the lock file and
 * of the state: sounder sources than what lies around when the file is read.
 */
export function readPlanFile(path: string): PlanFile {
  const entries = zipEntries(bytesOf(path));
  if (!entries)
    throw new ExplainedError(`${path} is no plan file, or not all of it: \`npx cdktf diff ENV\` writes one anew`);
  const text = (name: string): string => {
    const entry = entries.get(name);
    if (!entry)
      throw new ExplainedError(
        `${path} holds no ${name}: it was not written by Terraform 1.11 or a later one; plan again with the version in .terraform-version`,
      );
    try {
      return entry().toString('utf8');
    } catch {
      throw new ExplainedError(`${path} is damaged at ${name}: plan again`);
    }
  };
  const stack = parseStack(text('tfconfig/m-/cdk.tf.json')) as Tree;
  const { lineage, serial } = JSON.parse(text('tfstate')) as { lineage: string; serial: number };
  return {
    stack,
    providerLock: readProviderLock(entries.has('.terraform.lock.hcl') ? text('.terraform.lock.hcl') : ''),
    state: { lineage, serial },
  };
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ExplainedError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}): \`npx cdktf diff ENV\` writes it; run that first`,
    );
  }
}
