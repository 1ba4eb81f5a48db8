import { createHash } from 'node:crypto';
import { droplet } from '../../definition/droplet';
import type { Environment } from '../../definition/resolve';
import type { Cloud } from '../../scenario/cloud';
import { account } from '../../simulator/account';
import { described } from '../../simulator/__tests__/described';
import { cloudWithState, Deployment, everything } from './deployed';

// one cloud for a test, and real Terraform in it
let cloud: Cloud;
let deployment: Deployment;
const complaints: string[] = [];
beforeEach(async () => {
  complaints.length = 0;
  cloud = await cloudWithState({ around: (service) => described(service, complaints) });
  deployment = new Deployment();
});
afterEach(async () => {
  await cloud.close();
  deployment.remove();
  // whatever a test is about: every request and every answer fits the vendors' own descriptions
  expect([...new Set(complaints)]).toEqual([]);
});

const platform = { region: 'fra1', size: 's-4vcpu-8gb' } as const;
const on = (changes: Partial<Parameters<typeof droplet>[0]>) => ({ platform: droplet({ ...platform, ...changes }) });

async function deploy(environment: Environment): Promise<string> {
  deployment.synth(environment);
  return deployment.apply(cloud);
}

const api = async (c: Cloud, method: string, path: string): Promise<void> => {
  const { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: token } = c.env();
  const { status } = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}`);
};

const machines = () => Object.values(cloud.digitalocean.state.droplets);
const planned = async (...args: string[]) => (await deployment.terraform(cloud, ['plan', '-no-color', ...args])).output;

test('everything the program can make is made, planned again without a change, and destroyed without a trace', async () => {
  await deploy(everything());
  expect(await deployment.pending(cloud)).toBe('');
  await deployment.succeed(cloud, ['destroy', '-auto-approve', '-no-color']);
  const {
    droplets,
    volumes,
    vpcs,
    firewalls,
    domains,
    reserved_ips: addresses,
    spaces_keys: keys,
    databases,
    tags,
  } = cloud.digitalocean.state;
  expect(
    [droplets, volumes, firewalls, domains, addresses, keys, databases, tags].map((table) => Object.keys(table).length),
  ).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(Object.values(vpcs).filter((vpc) => !vpc.default)).toEqual([]);
  expect(cloud.spaces.buckets().map(({ name }) => name)).toEqual(['shop-state']);
});

test('the boot layer changes nothing on a machine that runs; a raised generation makes a new machine with the new text', async () => {
  await deploy(everything(on({ swap: 1024 })));
  const [before] = machines();
  expect(before!.user_data).toContain('SWAP_MIB=1024');

  deployment.synth(everything(on({ swap: 2048 })));
  expect(await deployment.pending(cloud)).toBe('');

  deployment.synth(everything(on({ swap: 2048, generation: 2 })));
  const plan = await planned();
  expect(plan).toMatch(/# digitalocean_droplet\.machine will be destroyed/);
  expect(plan).toMatch(/# digitalocean_droplet\.machine-2 will be created/);
  await deployment.apply(cloud);
  const [after, ...others] = machines();
  expect(others).toEqual([]);
  expect(after!.id).not.toBe(before!.id);
  expect(after!.name).toBe(before!.name);
  expect(after!.user_data).toContain('SWAP_MIB=2048');
  expect(Object.values(cloud.digitalocean.state.volumes).map(({ droplet: id }) => id)).toEqual([after!.id]);
  expect(Object.values(cloud.digitalocean.state.reserved_ips).map(({ droplet: id }) => id)).toEqual([after!.id]);
  expect(await deployment.pending(cloud)).toBe('');

  // what machines stand on may change with it: then one thing waits for another, and it ends all the same
  await deploy(everything({ ...on({ swap: 2048, generation: 3 }), access: {} }));
  expect(machines().map(({ id }) => id === after!.id)).toEqual([false]);
  expect(await deployment.pending(cloud)).toBe('');
});

test('the machine is resized in place: it stays the same machine with the same disk', async () => {
  await deploy(everything());
  const [before] = machines();
  await deploy(
    everything(
      on({
        size: 's-8vcpu-16gb',
        datastores: {
          postgres: { managed: { size: 'db-s-1vcpu-1gb' } },
          redis: { managed: { size: 'db-s-1vcpu-1gb' } },
        },
      }),
    ),
  );
  const [after] = machines();
  expect([after!.id, after!.size, after!.disk, after!.status]).toEqual([
    before!.id,
    's-8vcpu-16gb',
    before!.disk,
    'active',
  ]);
});

test('a protected environment cannot be destroyed, nor its buckets renamed; both are said before anything is touched', async () => {
  await deploy(everything({ protected: true }));
  const destroyed = await deployment.terraform(cloud, ['destroy', '-auto-approve', '-no-color']);
  expect(destroyed.code).toBe(1);
  expect(destroyed.output).toMatch(
    /Resource digitalocean_(volume|spaces_bucket|database_cluster|database_db)\.\S+ (\(\S+\) )?has\s+lifecycle\.prevent_destroy set/,
  );
  deployment.synth(everything({ protected: true, ...on({ bucketPrefix: 'renamed' }) }));
  const renamed = await deployment.terraform(cloud, ['apply', '-auto-approve', '-no-color']);
  expect(renamed.code).toBe(1);
  expect(renamed.output).toContain('lifecycle.prevent_destroy');
  expect(machines()).toHaveLength(1);
  expect(cloud.spaces.buckets().map(({ name }) => name)).toEqual([
    'shop-state',
    'shop-test-backups',
    'shop-test-config',
    'shop-test-exchange',
  ]);
});

test('a renamed bucket of an unprotected environment is really another bucket', async () => {
  await deploy(everything());
  await deploy(
    everything(
      on({
        bucketPrefix: 'renamed',
        datastores: {
          postgres: { managed: { size: 'db-s-1vcpu-1gb' } },
          redis: { managed: { size: 'db-s-1vcpu-1gb' } },
        },
      }),
    ),
  );
  expect(cloud.spaces.buckets().map(({ name }) => name)).toEqual([
    'renamed-backups',
    'renamed-config',
    'renamed-exchange',
    'shop-state',
  ]);
  expect(cloud.spaces.keys('renamed-config')).toEqual([
    'agent/agent.js',
    'agent/agent.js.sha256',
    'desired.yaml',
    'managed.json',
  ]);
  expect(await deployment.pending(cloud)).toBe('');
});

test('an edit of the converge layer shows up in the plan as the line it changes, and touches nothing else', async () => {
  await deploy(everything());
  deployment.synth(everything({ services: { api: { memory: 384 } } }));
  const plan = await planned();
  expect(
    plan
      .split('\n')
      .filter((line) => /^\s+[-+] .*memory/.test(line))
      .map((line) => line.trim()),
  ).toEqual(['-     memory: 256', '+     memory: 384']);
  expect(plan.match(/^ {2}# \S+ (will|must) be .*/gm)).toEqual([
    '  # digitalocean_spaces_bucket_object.desired will be updated in-place',
    '  # terraform_data.convergence must be replaced',
  ]);
});

test('what the machine reads from its bucket is the text that was rendered, template signs and all', async () => {
  await deploy(everything({ services: { api: { variables: { ODD: '${x} %{y} $${z}' } } } }));
  const object = await cloud.spaces.get('shop-test-config', 'desired.yaml');
  expect(object!.bytes.toString('utf8')).toContain('ODD: ${x} %{y} $${z}');
});

test('the agent lies in the config bucket with the digest that a machine checks it by', async () => {
  await deploy(everything());
  const bundle = (await cloud.spaces.get('shop-test-config', 'agent/agent.js'))!.bytes;
  const digest = createHash('sha256').update(bundle).digest('hex');
  expect((await cloud.spaces.get('shop-test-config', 'agent/agent.js.sha256'))!.bytes.toString()).toBe(
    `${digest}  agent.js\n`,
  );
  expect(bundle.length).toBeGreaterThan(10_000);
});

describe("what somebody changes behind Terraform's back is found and put right", () => {
  test.each<[string, (cloud: Cloud) => Promise<void> | void, string]>([
    [
      'the object the machine converges to',
      (c) => c.spaces.put('shop-test-config', 'desired.yaml', 'services: {}'),
      'digitalocean_spaces_bucket_object.desired',
    ],
    [
      'a firewall rule',
      (c) => {
        Object.values(c.digitalocean.state.firewalls)[0]!.inbound_rules.pop();
      },
      'digitalocean_firewall.firewall',
    ],
    [
      'a record',
      (c) => {
        Object.values(Object.values(c.digitalocean.state.domains)[0]!.records).find(({ type }) => type === 'A')!.data =
          '192.0.2.66';
      },
      'digitalocean_record.domain-',
    ],
    [
      'the machine itself, deleted',
      (c) => api(c, 'DELETE', `/v2/droplets/${machines()[0]!.id}`),
      'digitalocean_droplet.machine',
    ],
  ])('%s', async (_, change, address) => {
    await deploy(everything());
    await change(cloud);
    expect(await deployment.pending(cloud)).toContain(address);
    await deployment.apply(cloud);
    expect(await deployment.pending(cloud)).toBe('');
  });
});

test('a ciphertext that was sealed to another key is refused with what to do: GitHub would keep what it cannot open', async () => {
  const environment = everything({
    github: { repository: 'acme/asset-archive', deployFrom: ['main'], secrets: ['SENTRY'] },
  });
  deployment.synth({
    ...environment,
    sealed: { SENTRY: { github: { keyId: 'of-another-time', sealed: 'bm8gYm94' } } },
  });
  await deployment.succeed(cloud, ['init', '-no-color']);
  const { code, output } = await deployment.terraform(cloud, ['apply', '-auto-approve', '-no-color']);
  expect(code).toBe(1);
  expect(output.replace(/\s+/g, ' ')).toContain(
    'SENTRY was sealed to another key than the environment has now: set it again with `npx berth secret set`.',
  );
  expect(
    await cloud.github.secretValue({ repository: 'acme/asset-archive', environment: 'test' }, 'SENTRY'),
  ).toBeUndefined();
});

test('Ctrl-C in the middle of a deploy loses nothing: the next one goes on from there', async () => {
  deployment.synth(everything());
  await deployment.succeed(cloud, ['init', '-no-color']);
  const stop = new AbortController();
  const interrupted = await deployment.terraform(cloud, ['apply', '-auto-approve', '-no-color'], {
    signal: stop.signal,
    onLine: (line) => {
      if (line.includes('Creation complete')) stop.abort();
    },
  });
  expect(interrupted.code).not.toBe(0);
  expect(interrupted.output).toContain('Interrupt received');
  await deployment.apply(cloud);
  expect(await deployment.pending(cloud)).toBe('');
  expect(machines()).toHaveLength(1);
});

test('no secret is in the JSON, in a plan or in a log; it reaches the machine and GitHub alone', async () => {
  const texts: string[] = [];
  texts.push(await deploy(everything()));
  deployment.synth(
    everything(
      on({
        generation: 2,
        datastores: {
          postgres: { managed: { size: 'db-s-1vcpu-1gb' } },
          redis: { managed: { size: 'db-s-1vcpu-1gb' } },
        },
      }),
    ),
  );
  texts.push(
    deployment.json,
    await planned(),
    await planned('-json'),
    await deployment.apply(cloud),
    await planned('-destroy'),
  );

  const keys = Object.entries(cloud.digitalocean.state.spaces_keys).map(
    ([accessKey, { name, secret_key: secret }]) => ({ accessKey, name, secret }),
  );
  expect(keys.map(({ name }) => name).sort()).toEqual(['shop-test-ci', 'shop-test-machine']);
  const databases = JSON.stringify(cloud.digitalocean.state.databases).match(/"password":"[^"]+"/g) ?? [];
  expect(databases.length).toBeGreaterThan(0);
  const canaries = [
    ...keys.map(({ secret }) => secret),
    ...databases.map((pair) => pair.slice('"password":"'.length, -1)),
    account.digitaloceanToken,
    account.githubToken,
    account.spaces.secretKey,
  ];
  for (const canary of canaries) expect(texts.filter((text) => text.includes(canary))).toEqual([]);

  // and they work where they belong
  const machine = keys.find(({ name }) => name.endsWith('machine'))!;
  const ci = keys.find(({ name }) => name.endsWith('ci'))!;
  expect(machines()[0]!.user_data).toContain(`user = "${machine.accessKey}:${machine.secret}"`);
  expect(
    await cloud.github.secretValue(
      { repository: 'acme/asset-archive', environment: 'test' },
      'BERTH_SPACES_SECRET_ACCESS_KEY',
    ),
  ).toBe(ci.secret);
});
