import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GetObjectCommand, ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { ownerKey, serveSpaces } from './served-spaces';
import type { ServedSpaces } from './served-spaces';

jest.setTimeout(120_000);

const Bucket = 'acme-state';
const Key = 'staging/terraform.tfstate';
const lockKey = `${Key}.tflock`;
let served: ServedSpaces;
let folder: string;

beforeEach(async () => {
  served = await serveSpaces();
  served.spaces.createBucket(Bucket);
  folder = await mkdtemp(join(tmpdir(), 'simulator-backend-'));
  await writeFile(join(folder, 'empty.tfrc'), '');
});
afterEach(async () => {
  await served.close();
  await rm(folder, { recursive: true, force: true });
});

/** A configuration that needs no provider; its apply ends when a file named `go` appears, if it is told to wait. */
function configuration(waits: boolean): string {
  return JSON.stringify({
    terraform: {
      backend: {
        s3: {
          bucket: Bucket,
          key: Key,
          region: 'us-east-1',
          endpoints: { s3: served.endpoint },
          use_path_style: true,
          use_lockfile: true,
          skip_credentials_validation: true,
          skip_requesting_account_id: true,
          skip_metadata_api_check: true,
          skip_region_validation: true,
          skip_s3_checksum: true,
        },
      },
    },
    variable: { word: { type: 'string' } },
    resource: {
      terraform_data: {
        it: {
          input: '${var.word}',
          provisioner: waits ? [{ 'local-exec': { command: 'until [ -e go ]; do sleep 0.05; done' } }] : undefined,
        },
      },
    },
  });
}

function terraform(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ status: number | null; output: string }> {
  const child = spawn('terraform', args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: join(folder, 'empty.tfrc'),
      TF_IN_AUTOMATION: '1',
      AWS_ACCESS_KEY_ID: ownerKey.accessKey,
      AWS_SECRET_ACCESS_KEY: ownerKey.secretKey,
      ...env,
    },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) =>
    child.on('error', reject).on('close', (status) => resolve({ status, output })),
  );
}

async function succeeds(args: string[], env?: Record<string, string>): Promise<string> {
  const { status, output } = await terraform([...args, '-no-color'], env);
  if (status !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${status}:\n${output}`);
  return output;
}

const word = (value: string) => `-var=word=${value}`;

test.each([
  ['by default', {}],
  [
    'when required',
    { AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required', AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required' },
  ],
])('terraform keeps its state here, one version for each apply, with checksums %s', async (_, env) => {
  await served
    .client()
    .send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await writeFile(join(folder, 'main.tf.json'), configuration(false));
  await succeeds(['init', '-input=false'], env);
  await succeeds(['apply', '-auto-approve', word('one')], env);
  await succeeds(['apply', '-auto-approve', word('two')], env);
  expect(await succeeds(['plan', word('two')], env)).toContain('No changes.');
  expect(served.spaces.keys(Bucket)).toEqual([Key]);
  const list = new ListObjectVersionsCommand({ Bucket, Prefix: Key, Delimiter: '.tflock' });
  const { Versions = [] } = await served.client().send(list);
  const words = await Promise.all(
    Versions.map(async ({ VersionId }) => {
      const { Body } = await served.client().send(new GetObjectCommand({ Bucket, Key, VersionId }));
      return JSON.parse(await Body!.transformToString()).resources[0]?.instances[0].attributes.input.value;
    }),
  );
  expect(words[0]).toBe('two');
  expect(words).toContain('one');
});

test('while one run holds the lock, a second is refused and told who holds it', async () => {
  await writeFile(join(folder, 'main.tf.json'), configuration(true));
  await succeeds(['init', '-input=false']);
  const first = terraform(['apply', '-auto-approve', '-no-color', word('one')]);
  let ended = false;
  void first.then(() => (ended = true));
  while (!ended && !served.spaces.keys(Bucket).includes(lockKey)) await delay(20);
  const lock = JSON.parse((await served.spaces.get(Bucket, lockKey))!.bytes.toString());
  const second = await terraform(['plan', '-no-color', word('two')]);
  expect(second.status).toBe(1);
  expect(second.output).toContain('Error acquiring the state lock');
  expect(second.output).toContain(lock.ID);
  await writeFile(join(folder, 'go'), '');
  expect((await first).status).toBe(0);
  expect(served.spaces.keys(Bucket)).toEqual([Key]);
});
