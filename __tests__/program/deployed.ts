import { App } from 'cdktf';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droplet } from '../../definition/droplet';
import type { Environment } from '../../definition/resolve';
import { type Cloud, type CloudOptions, startCloud } from '../../scenario/cloud';
import { withoutCredentials } from '../../simulator/credentials';
import { type Finished, run } from '../../simulator/process';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { resolved } from '../definition/an-environment';

const state = { bucket: 'shop-state', region: 'fra1' } as const;

/** An environment that uses everything the program can make, and may be destroyed. */
export const everything = (changes: Parameters<typeof resolved>[0] = {}): Environment =>
  resolved({
    protected: false,
    platform: droplet({
      region: 'fra1',
      size: 's-4vcpu-8gb',
      datastores: { postgres: { managed: { size: 'db-s-1vcpu-1gb' } }, redis: { managed: { size: 'db-s-1vcpu-1gb' } } },
    }),
    access: {
      ssh: {
        from: ['203.0.113.7/32'],
        keys: { ops: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6Vh7bRrTnXyVYV9ZCVfGQ3QpC9XZ4wJ1Zg0m5ZQq0e' },
      },
    },
    github: {
      repository: 'acme/asset-archive',
      deployFrom: ['main', 'release/*'],
      reviewers: { users: ['ada'], teams: ['platform'] },
      preventSelfReview: true,
      waitMinutes: 5,
      variables: { COLOUR: 'blue' },
      deployKeys: {
        reader: { key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOrJ4rP0UIm7sZ2d0c9s5p6nXf7vJtq8hRk1bW3y5Z6Q' },
      },
      defaultBranch: { approvals: 2, checks: ['check'] },
    },
    alerts: { email: ['ops@acme.example'] },
    ...changes,
  });

/** A stack's JSON in a folder of its own, and real Terraform on it, in whatever cloud it is given. */
export class Deployment {
  readonly folder = mkdtempSync(join(tmpdir(), 'deployment-'));

  synth(environment: Environment): void {
    const app = new App({ outdir: join(this.folder, 'out') });
    new EnvironmentStack(app, environment, state);
    app.synth();
    cpSync(join(this.folder, 'out', 'stacks', environment.name), this.folder, { recursive: true });
  }

  get json(): string {
    return readFileSync(join(this.folder, 'cdk.tf.json'), 'utf8');
  }

  terraform(
    cloud: Cloud,
    args: readonly string[],
    options: { signal?: AbortSignal; onLine?: (line: string) => void } = {},
  ): Promise<Finished> {
    const env = { ...withoutCredentials(process.env), ...cloud.env(), TF_IN_AUTOMATION: '1', TF_INPUT: '0' };
    return run(process.env.TERRAFORM_BINARY_NAME ?? 'terraform', args, { cwd: this.folder, env, ...options });
  }

  /** Fails the test, with what Terraform said, unless it ends with 0. */
  async succeed(cloud: Cloud, args: readonly string[]): Promise<string> {
    const { code, output } = await this.terraform(cloud, args);
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  async apply(cloud: Cloud): Promise<string> {
    await this.succeed(cloud, ['init', '-no-color']);
    return this.succeed(cloud, ['apply', '-auto-approve', '-no-color']);
  }

  /** What a plan would still change; empty when nothing. */
  async pending(cloud: Cloud): Promise<string> {
    const { code, output } = await this.terraform(cloud, ['plan', '-detailed-exitcode', '-no-color', '-lock=false']);
    return code === 0 ? '' : output;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A cloud with the state bucket in it. */
export async function cloudWithState(options: CloudOptions = {}): Promise<Cloud> {
  const cloud = await startCloud(options);
  if (!cloud.spaces.buckets().some(({ name }) => name === state.bucket))
    cloud.spaces.createBucket(state.bucket, state.region);
  return cloud;
}
