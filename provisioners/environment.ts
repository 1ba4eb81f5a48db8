import { readFileSync } from 'node:fs';
import { visible } from '../lib/visible';
import { ObjectStore } from '../lib/object-store';

export interface Deployer {
  readonly say: (line: string) => void;
  /** With the key of whoever deploys; nothing where the machines of a rehearsal are records, which nobody has to wait for. */
  readonly spaces?: ObjectStore;
  /** A variable that Terraform sets. */
  need(name: string): string;
}

/** The name of the config bucket that the stack which is applied makes: Terraform runs its programs in the folder of the stack's JSON. */
export function configBucket(json = readFileSync('cdk.tf.json', 'utf8')): string {
  const { resource } = JSON.parse(json) as {
    resource?: { digitalocean_spaces_bucket?: Readonly<Record<string, { readonly name?: string }>> };
  };
  const name = resource?.digitalocean_spaces_bucket?.['buckets-config']?.name;
  if (name === undefined)
    throw new Error(
      'cdk.tf.json has no config bucket (digitalocean_spaces_bucket.buckets-config): nothing can be asked of a machine',
    );
  return name;
}

/** Ends such a program with an error. What a machine or a container said is in its words. */
export function failed(error: Error): void {
  process.stderr.write(`${visible(error.message)}\n`);
  process.exitCode = 1;
}

/** The place of a program that Terraform runs during an apply: Terraform's own output, and the variables that its providers read too. */
export function deployer(env: NodeJS.ProcessEnv): Deployer {
  const say = (line: string): void => void process.stdout.write(`${visible(line)}\n`);
  const need = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  };
  if (env.BERTH_MACHINES === 'records') {
    say('the machines of this rehearsal are records: there is nothing to wait for (--boot makes them real)');
    return { say, need };
  }
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? `https://${need('REGION')}.digitaloceanspaces.com`;
  return {
    say,
    need,
    spaces: new ObjectStore({
      endpoint,
      accessKeyId: need('SPACES_ACCESS_KEY_ID'),
      secretAccessKey: need('SPACES_SECRET_ACCESS_KEY'),
    }),
  };
}
