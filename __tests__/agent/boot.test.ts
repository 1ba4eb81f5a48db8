import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { waitingKey } from '../../contract/report';
import { renderDesired } from '../../templates/desired';
import { readSettings } from '../../agent/settings';
import { agentBundle } from '../../templates/agent-bundle';
import { renderUserData } from '../../templates/boot/user-data';
import { resolved } from '../definition/an-environment';
import { Buckets } from './machine';

let buckets: Buckets;
beforeEach(async () => {
  buckets = await new Buckets().start();
});
afterEach(() => buckets.close());

/** Lays the files that cloud-init would write into a folder; `/etc/berth` becomes that folder. */
function layBootFiles(): { environment: string; key: string; folder: string } {
  const userData = parse(
    renderUserData({
      hostname: 'shop-test',
      generation: 2,
      volume: 'shop-test-data',
      swap: 0,
      postgres: false,
      redis: false,
      spaces: {
        endpoint: buckets.endpoint,
        configBucket: 'config',
        exchangeBucket: 'exchange',
        backupsBucket: 'backups',
        accessKey: 'MACHINE',
        secretKey: 'secret',
      },
    }),
  ) as { write_files: { path: string; content: string }[] };
  const etc = join(buckets.folder, 'etc');
  mkdirSync(etc);
  for (const { path, content } of userData.write_files.filter((file) => file.path.startsWith('/etc/berth/')))
    writeFileSync(join(etc, path.slice('/etc/berth/'.length)), content, { mode: 0o600 });
  return { environment: join(etc, 'boot.env'), key: join(etc, 'spaces.curlrc'), folder: join(buckets.folder, 'var') };
}

test('the agent reads what the boot layer wrote', () => {
  const files = layBootFiles();
  expect(readSettings(files)).toEqual({
    endpoint: buckets.endpoint,
    configBucket: 'config',
    exchangeBucket: 'exchange',
    backupsBucket: 'backups',
    accessKeyId: 'MACHINE',
    secretAccessKey: 'secret',
    generation: 2,
    volume: 'shop-test-data',
    folder: files.folder,
  });
  writeFileSync(files.key, 'nothing\n');
  expect(() => readSettings(files)).toThrow('spaces.curlrc holds no key');
});

describe('the bootstrap script, as it lies, fetches the agent and runs it', () => {
  const root = join(__dirname, '../..');

  /** The script and the bundle with a machine's paths made the test's own; everything else is what a machine runs. */
  function prepared(): { script: string; bundle: string } {
    const { folder } = layBootFiles();
    const own = (text: string) =>
      text
        .replaceAll('/etc/berth', join(buckets.folder, 'etc'))
        .replaceAll('/var/lib/berth', folder)
        .replaceAll('/usr/bin/node', process.execPath)
        // this host's Docker is none of a test's business
        .replaceAll('/var/run/docker.sock', join(folder, 'docker.sock'));
    return {
      script: own(readFileSync(join(root, 'templates/boot/root/usr/local/lib/berth/agent-bootstrap'), 'utf8')),
      bundle: own(readFileSync(agentBundle().path, 'utf8')),
    };
  }

  const publish = async (bundle: string, digest = createHash('sha256').update(bundle).digest('hex')): Promise<void> => {
    await buckets.spaces.put('config', 'agent/agent.js', bundle);
    await buckets.spaces.put('config', 'agent/agent.js.sha256', `${digest}  agent.js\n`);
  };

  async function bootstrapped(script: string, until: () => Promise<boolean>): Promise<string> {
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    while (child.exitCode === null && !(await until())) await sleep(20);
    child.kill('SIGTERM');
    await ended;
    return output;
  }

  const reported = async (): Promise<boolean> => (await buckets.spaces.get('exchange', waitingKey)) !== undefined;

  test('with the digest that fits', async () => {
    const { script, bundle } = prepared();
    await publish(bundle);
    await buckets.spaces.put('config', 'desired.yaml', renderDesired(resolved()));
    const output = await bootstrapped(script, reported);
    expect(output).toMatch(/^desired state [0-9a-f]{12} pulled$/m);
    const report = JSON.parse((await buckets.spaces.get('exchange', waitingKey))!.bytes.toString()) as {
      agent: { digest: string };
    };
    expect(report.agent.digest).toBe(createHash('sha256').update(bundle).digest('hex'));
  });

  test("and keeps the last good one when the new one's digest does not fit", async () => {
    const { script, bundle } = prepared();
    await publish(bundle);
    await buckets.spaces.put('config', 'desired.yaml', renderDesired(resolved()));
    await bootstrapped(script, reported);
    buckets.spaces.delete('exchange', waitingKey);
    await publish('process.exit(9)', 'another digest');
    await bootstrapped(script, reported);
    expect(await reported()).toBe(true);
  });

  test('and says that there is none yet', async () => {
    const { script } = prepared();
    expect(await bootstrapped(script, () => Promise.resolve(false))).toContain('the bucket config holds no agent yet');
  });
});

test('the same sources give the same bundle, and it fits an object of Spaces', () => {
  expect(agentBundle()).toEqual(agentBundle());
  expect(readFileSync(agentBundle().path).length).toBeLessThan(400_000);
});
