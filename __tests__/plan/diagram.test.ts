import { aPlan, realPlan, realPlans } from './a-plan';
import { base, changing, desiredPlan, drawing, read, wholePlan } from './a-diagram';

test('a service that changes is drawn with the way that visitors come to it and with its datastores, and the rest is counted', () => {
  const diagram = drawing(wholePlan('memory'));
  expect(read(diagram)).toEqual({
    boxes: {
      visitors: 'same',
      'staging.acme.example': 'same',
      'public address': '198.51.100.1 | same',
      machine: 's-2vcpu-4gb | same',
      proxy: 'same',
      'staging.acme.example/api': 'same',
      api: '384 MiB | in place | memory 256 → 384 MiB | changed',
      'Postgres 17': '768 MiB | same',
      'Redis 8': '128 MiB | same',
      'and 13 more that stay as they are': 'note',
    },
    arrows: [
      'visitors > staging.acme.example',
      'staging.acme.example > public address',
      'public address > machine',
      'machine > proxy',
      'proxy > staging.acme.example/api',
      'staging.acme.example/api > api',
      'api > Postgres 17',
      'api > Redis 8',
    ],
  });
});

test.each([
  ['resize', 's-4vcpu-8gb | interrupted, about a minute | size s-2vcpu-4gb → s-4vcpu-8gb | interrupted'],
  ['generation', 's-2vcpu-4gb | replaced, about a minute | generation 1 → 2 | replaced'],
] as const)('whatever is on a machine is interrupted with it, and what is kept says nothing (%s)', (name, machine) => {
  const { boxes, arrows } = read(drawing(wholePlan(name)));
  expect(boxes).toMatchObject({
    machine,
    proxy: 'interrupted | interrupted',
    api: '256 MiB | interrupted | interrupted',
    report: 'cron, 0 3 #42; #42; #42;, 256 MiB | interrupted | interrupted',
    'Postgres 17': '768 MiB | interrupted | interrupted',
    'data volume': '20 GiB | same',
    'public address': '198.51.100.1 | same',
    firewall: 'same',
    'staging.acme.example/api': 'same',
  });
  expect(arrows).toEqual(
    expect.arrayContaining([
      'public address > firewall',
      'firewall > machine',
      'machine > worker',
      'Postgres 17 > data volume',
      'Postgres 17 > backups bucket',
      'config bucket > machine',
    ]),
  );
  expect(arrows).not.toContain('public address > machine');
});

test('what comes to a machine while it is interrupted is created, and nothing else', () => {
  const plan = desiredPlan(
    base,
    { ...base, services: { ...base.services, api: { kind: 'api', memory: 64 } } },
    { address: 'digitalocean_droplet.machine', before: { size: 's-1vcpu-2gb' }, after: { size: 's-2vcpu-4gb' } },
  );
  const { boxes } = read(
    drawing({
      ...plan,
      changes: plan.changes.filter(
        ({ type, actions }) => type !== 'digitalocean_droplet' || actions.join() !== 'no-op',
      ),
    }),
  );
  expect(boxes).toMatchObject({ api: '64 MiB | created | created', web: '128 MiB | interrupted | interrupted' });
});

test.each([
  ['new', 'created'],
  ['destroyed', 'destroyed'],
] as const)('an environment as a whole: %s', (name, effect) => {
  const { boxes } = read(drawing(realPlan(name)));
  expect(Object.keys(boxes).length).toBeGreaterThan(20);
  expect(
    Object.entries(boxes)
      .filter(([, what]) => !what.endsWith(effect))
      .map(([box]) => box),
  ).toEqual(['visitors']);
});

test('another region: what is lost, what moves and what only follows differ', () => {
  expect(read(drawing(wholePlan('region'))).boxes).toMatchObject({
    'data volume': '20 GiB | replaced | region fra1 → ams3 | its data is lost | replaced',
    'public address': 'replaced | region fra1 → ams3 | replaced',
    'cms.staging.acme.example': 'in place | changed',
    worker: '256 MiB | interrupted | interrupted',
    'network#58;#8203; replaced': 'replaced',
  });
});

test('a managed database stands beside the machine', () => {
  const { boxes, arrows } = read(drawing(wholePlan('managed')));
  expect(Object.entries(boxes).find(([box]) => box.startsWith('Postgres'))).toEqual([
    'Postgres 17',
    expect.stringMatching(/^managed, db-.* \| interrupted$/),
  ]);
  // visitors come to it by a service with a route, and its data is not on the volume
  expect(arrows).toEqual(
    expect.arrayContaining(['proxy > staging.acme.example/api', 'staging.acme.example/api > api', 'api > Postgres 17']),
  );
  expect(arrows).not.toContain('Postgres 17 > data volume');
});

describe('the desired state', () => {
  test.each<[string, object, Record<string, string>]>([
    [
      'a service comes, with its route',
      {
        ...base,
        services: { ...base.services, api: { kind: 'api', memory: 64, route: { host: 'acme.example', path: '/api' } } },
      },
      { api: '64 MiB | created | created', 'acme.example/api': 'created | created' },
    ],
    [
      'a service goes, with its route',
      { ...base, services: { web: base.services.web, worker: base.services.worker } },
      { cms: '256 MiB | destroyed | destroyed', 'cms.acme.example/': 'destroyed | destroyed' },
    ],
    [
      'a route moves, and its service stays',
      changing('web', { route: { host: 'acme.example', path: '/shop' } }),
      { 'acme.example/ → acme.example/shop': 'in place | changed', web: '128 MiB | same' },
    ],
    [
      'a variable is told by its name',
      changing('cms', { variables: { MODE: 'canary-after' } }),
      { cms: '256 MiB | in place | MODE | changed' },
    ],
    [
      'a secret that is sealed anew is told where it is read',
      { ...base, secrets: { CMS_KEY: 'sealed another way' } },
      { cms: '256 MiB | in place | CMS#95;KEY | changed' },
    ],
    [
      'replicas of a worker',
      changing('worker', { replicas: 3 }),
      { worker: '3 × 64 MiB | in place | replicas 2 → 3 | changed', machine: 's-1vcpu-2gb | same' },
    ],
    [
      'a database restarts',
      { ...base, datastores: { postgres: { version: 17, placement: 'machine', memory: 640 } } },
      {
        'Postgres 17': '640 MiB | interrupted, some seconds | memory 512 → 640 MiB | interrupted',
        worker: '2 × 64 MiB | same',
        'data volume': '20 GiB | same',
      },
    ],
    [
      'what only the proxy reads',
      { ...base, maintenance: { allow: ['203.0.113.0/24'] } },
      { proxy: 'in place | maintenance | changed', 'cms.acme.example/': 'same' },
    ],
    [
      'what the machine itself does',
      { ...base, restartWindow: '0 4 * * *' },
      { machine: 's-1vcpu-2gb | in place | restartWindow | changed' },
    ],
  ])('%s', (_, after, expected) => {
    const diagram = drawing(desiredPlan(base, after));
    expect(read(diagram).boxes).toMatchObject(expected);
    expect(diagram).not.toContain('canary');
    expect(diagram).not.toContain('sealed');
  });

  test('visitors of a host come by its own record', () => {
    const { boxes, arrows } = read(drawing(desiredPlan(base, changing('cms', { memory: 320 }))));
    expect(arrows).toContain('cms.acme.example > public address');
    expect(Object.keys(boxes)).not.toContain('acme.example');
  });

  test('names that every object of JavaScript has are names', () => {
    const names = ['constructor', '__proto__', 'toString'];
    const services = `services:\n${names.map((name) => `  ${name}: { kind: worker, memory: 64 }\n`).join('')}`;
    const { boxes } = read(drawing(desiredPlan('services: {}\n', services)));
    expect(boxes).toMatchObject({
      constructor: 'worker, 64 MiB | created | created',
      toString: 'worker, 64 MiB | created | created',
    });
  });

  test.each(['{', 'services: [1]', 'services: { api: 1 }'])(
    'one that cannot be read draws no service, and the machine as changed: %j',
    (after) => {
      const { boxes } = read(drawing(desiredPlan(base, after)));
      expect(boxes.machine).toBe('s-1vcpu-2gb | in place | services | changed');
      expect(Object.keys(boxes)).not.toContain('web');
    },
  );

  test('a field of a form that nobody knows is not drawn, and the rest of its service is', () => {
    expect(read(drawing(desiredPlan(base, changing('worker', { replicas: 'many', memory: 80 })))).boxes.worker).toBe(
      '80 MiB | in place | replicas 2 → none | memory 64 → 80 MiB | changed',
    );
  });
});

test('what belongs to the GitHub environment is a change of it, and no value of a variable is drawn', () => {
  const environment = {
    address: 'github_repository_environment.github-environment',
    actions: ['no-op'],
    before: { environment: 'staging' },
    after: { environment: 'staging' },
  };
  const diagram = drawing(
    aPlan([
      environment,
      {
        address: 'github_actions_environment_variable.github-environment-variable-MODE',
        actions: ['create'],
        after: { value: 'canary' },
      },
    ]),
  );
  expect(read(diagram).boxes).toMatchObject({
    'GitHub environment': 'staging | in place | GitHub variable MODE | changed',
  });
  expect(diagram).not.toContain('canary');
});

test('what nobody draws is listed at the side, in the colour of the worst', () => {
  const diagram = drawing(
    aPlan([
      { address: 'digitalocean_monitor_alert.alert-disk', before: { value: 80 }, after: { value: 90 } },
      { address: 'digitalocean_ssh_key.ssh-key-ada', actions: ['delete'], before: { name: 'ada' } },
    ]),
  );
  expect(diagram).toContain('also["SSH key ada#58;#8203; destroyed<br/>alerts.disk#58;#8203; in place"]:::destroyed');
});

test('nothing to draw is an empty text, not an empty drawing', () => {
  expect([
    drawing(aPlan([])),
    drawing(aPlan([{ address: 'digitalocean_droplet.machine', actions: ['no-op'], before: {}, after: {} }])),
  ]).toEqual(['', '']);
});

test.each(realPlans)(
  'no address of Terraform is in the picture, and the same plan gives the same picture: %s',
  (name) => {
    const diagram = drawing(wholePlan(name));
    expect(diagram).not.toMatch(/digitalocean|github_|terraform|buckets-|public-address|data-volume/);
    expect(drawing(wholePlan(name))).toBe(diagram);
  },
);
