import fc from 'fast-check';
import { arbitraryText } from '../arbitrary-text';

/** Values that are no data, or that JavaScript treats in its own way. */
const odd = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      NaN,
      Infinity,
      -0,
      5n,
      Symbol('s'),
      () => 1,
      new Map(),
      new Date(0),
      new Date(NaN),
      /x/,
      Promise.resolve(),
      new Uint8Array(2),
      Object.create(null),
      Object.create({ name: 'x' }),
      new (class Odd {
        name = 'x';
      })(),
      [],
      {},
      '',
      true,
    ),
    arbitraryText(),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.constant(null).map(() => {
      const cycle: Record<string, unknown> = {};
      cycle.self = cycle;
      return cycle;
    }),
    fc.constant(null).map(() => ({
      get name() {
        throw new Error('unreadable');
      },
    })),
    fc.constant(null).map(
      () =>
        new Proxy(
          {},
          {
            ownKeys() {
              throw new Error('unreadable');
            },
          },
        ),
    ),
    fc.constant(null).map(() => JSON.parse('{"__proto__":{"memory":1},"constructor":{},"toString":1}') as unknown),
    fc.constant(null).map(() => Array.from({ length: 60 }).reduce<unknown>((inner) => [inner], 1)),
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
      maxDepth: 2,
    }),
  );

const names = [
  'web',
  'api',
  'a',
  'constructor',
  '__proto__',
  'toString',
  'valueOf',
  'postgres',
  'proxy',
  'pg-x',
  'state',
  'default',
  'template1',
  'A',
  '',
  'a b',
  'away',
  'hasOwnProperty',
  'é',
];
const name = (): fc.Arbitrary<string> =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: arbitraryText() });
const record = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.array(fc.tuple(name(), value), { maxLength: 4 }).map((entries) => {
    const made = {};
    for (const [key, inner] of entries)
      Object.defineProperty(made, key, { value: inner, enumerable: true, configurable: true, writable: true });
    return made;
  });
/** Mostly what fits, sometimes what does not. */
const mostly = (...values: fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: fc.oneof(...values) }, { weight: 1, arbitrary: odd() });
const one = (...values: unknown[]): fc.Arbitrary<unknown> => mostly(fc.constantFrom(...values));
/** Each field is there or not, and sometimes there is one that nobody knows. */
const shape = (fields: Record<string, fc.Arbitrary<unknown>>, required: string[] = []): fc.Arbitrary<unknown> =>
  mostly(
    fc
      .tuple(
        fc.record(fields, { requiredKeys: required }),
        fc.oneof({ weight: 20, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: record(odd()) }),
      )
      .map(([known, more]) => ({ ...known, ...(more as object) })),
  );
const list = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => mostly(fc.array(value, { maxLength: 4 }));

const image = one('ghcr.io/acme/web', 'acme/web', 'ghcr.io/../web', 'ghcr.io/acme/web:v1', 'localhost:5000/a');
const cron = one(
  '0 3 * * *',
  '*/90 * * * *',
  '0 0 31 2 *',
  'CRON_TZ=Europe/Berlin 0 3 * * *',
  'CRON_TZ=Nowhere/Else 0 3 * * *',
  '@daily',
  '0 0 31 1-12/2 1',
  '* * * * *',
  '0 0 30 2 1',
);
const path = one('/', '/api', '/api/', '/healthz', '/a/../b', 'api', '//');
const service = (kind: fc.Arbitrary<unknown>): Record<string, fc.Arbitrary<unknown>> => ({
  kind,
  image,
  command: list(arbitraryText()),
  port: one(80, 3000, 0, 70_000, 1.5),
  health: mostly(path, shape({ path, host: one('localhost', 'x:1', 'X'), https: one(true, false) })),
  startGrace: one(20, 600, 0),
  route: mostly(path, shape({ host: one('cms', 'CMS', 'a'.repeat(64)), path })),
  streaming: one(true),
  replicas: one(1, 2, 21),
  memory: one(64, 256, 31, NaN),
  cpu: one(100, 64_000),
  variables: record(arbitraryText()),
  secrets: list(one('SMTP_URL', 'DATABASE_URL', 'A', 'A', '__proto__')),
  needs: list(one('postgres', 'redis', 'mysql')),
  stopGrace: one(10, 0),
  schedule: cron,
});
const kinds = one('web', 'api', 'worker', 'cms', 'cron', 'wbe');
const datastores = shape({
  postgres: mostly(fc.constantFrom<unknown>(17, 16), shape({ version: one(17), memory: one(768, 1) }, ['version'])),
  redis: one(8, 7),
});
const cidr = one('0.0.0.0/0', '::/0', '203.0.113.7/32', '10.0.0.0/33');
const key = one(
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6Vh7bRrTnXyVYV9ZCVfGQ3QpC9XZ4wJ1Zg0m5ZQq0e',
  'ssh-ed25519 AAAA',
  'ssh-rsa ====',
);

/** Everything about it is made up. */
const madeUp = (): fc.Arbitrary<unknown> =>
  shape(
    {
      name: mostly(fc.constantFrom('test', 'production', 'a-b'), name()),
      product: shape(
        {
          name: mostly(fc.constant('shop'), name()),
          services: mostly(record(shape(service(kinds), ['kind', 'image']))),
          datastores,
        },
        ['name', 'services'],
      ),
      stage: one('staging', 'production', 'x'),
      domain: one('acme.example', 'Acme.example', 'kelp.xn--p1ai', `${'a'.repeat(64)}.sh`, 'xn--a.example'),
      services: mostly(record(mostly(fc.constant(false), shape(service(fc.constant(undefined)))))),
      datastores,
      platform: shape(
        {
          kind: one('droplet'),
          region: one('fra1', 'nyc1'),
          size: one('s-4vcpu-8gb', 's-1vcpu-1gb', 's-4vcpu-8g'),
          image: one('debian-13-x64', 'ubuntu'),
          generation: one(1, 2, 0),
          swap: one(0, 1024),
          volume: shape({ size: one(10, 0) }),
          backups: one('off', 'daily'),
          ingress: one('caddy', 'traefik'),
          datastores: shape({
            postgres: one('machine', { managed: { size: 'db-s-1vcpu-1gb' } }),
            redis: one('machine', { managed: { size: 'db-s-1vcpu-1gb', nodes: 3 } }),
          }),
          ipRange: one('10.0.0.0/20', '10.0.0.0/30', '10.0.0.1/24', '8.8.8.0/24'),
          bucketPrefix: one('p', 'P', 'x'.repeat(80)),
        },
        ['kind', 'region', 'size'],
      ),
      access: shape({
        web: shape({ from: list(cidr) }),
        ssh: shape({ from: list(cidr), keys: record(key) }, ['from', 'keys']),
      }),
      github: shape(
        {
          repository: one('acme/shop', 'acme', 'acme/..'),
          deployFrom: list(mostly(fc.constantFrom('main', 'a/b', 'a-b', 'a b'), arbitraryText())),
          reviewers: shape({ users: list(one('ann', 'Ann')), teams: list(one('ops')) }),
          preventSelfReview: one(true),
          waitMinutes: one(0, 5),
          variables: record(arbitraryText()),
          secrets: list(one('A', 'a', 'BERTH_X', 'GITHUB_X', 'toString')),
          deployKeys: record(shape({ key, write: one(true) }, ['key'])),
          defaultBranch: shape({ approvals: one(1, 11), checks: list(arbitraryText()) }),
        },
        ['repository', 'deployFrom'],
      ),
      registries: record(shape({ user: arbitraryText(), secret: one('A', 'b') })),
      restartWindow: cron,
      pages: shape({ error: arbitraryText() }),
      maintenance: mostly(fc.boolean(), shape({ allow: list(cidr) })),
      backups: shape({ keepDays: one(14, 0), schedule: cron }),
      alerts: shape({ email: list(one('a@acme.example', 'x')), cpu: one(80, 101) }),
      protected: one(true, false),
      acknowledge: list(
        shape({ policy: one('backups-off'), reason: arbitraryText(), until: one('2027-01-01', '2027-02-30') }),
      ),
    },
    ['name', 'product', 'domain', 'platform', 'github'],
  );

/** One of everything, and all of it right. */
const whole = (): Record<string, unknown> => ({
  name: 'test',
  domain: 'test.acme.example',
  stage: 'staging',
  restartWindow: '0 4 * * 0',
  maintenance: { allow: ['203.0.113.7/32'] },
  backups: { keepDays: 7, schedule: '0 2 * * *' },
  protected: true,
  product: {
    name: 'shop',
    datastores: { postgres: { version: 17, memory: 512 }, redis: 8 },
    services: {
      web: {
        kind: 'web',
        image: 'ghcr.io/acme/web',
        route: '/',
        variables: { A: 'a', B: '{{b}}' },
        command: ['node', 'web.js'],
      },
      api: {
        kind: 'api',
        image: 'ghcr.io/acme/api',
        route: { path: '/api' },
        health: { path: '/up', host: 'localhost' },
        needs: ['postgres', 'redis'],
        secrets: ['SMTP_URL'],
        startGrace: 30,
      },
      cms: { kind: 'cms', image: 'ghcr.io/acme/cms', route: { host: 'cms' }, needs: ['postgres'] },
      jobs: { kind: 'worker', image: 'ghcr.io/acme/jobs', needs: ['redis'] },
      nightly: { kind: 'cron', image: 'ghcr.io/acme/jobs', schedule: 'CRON_TZ=Europe/Berlin 0 3 * * *' },
    },
  },
  services: { api: { replicas: 1, memory: 128 }, cms: false },
  platform: {
    kind: 'droplet',
    region: 'fra1',
    size: 's-4vcpu-8gb',
    swap: 512,
    volume: { size: 10 },
    ipRange: '10.20.0.0/20',
    datastores: { postgres: 'machine', redis: { managed: { size: 'db-s-1vcpu-1gb' } } },
  },
  access: {
    web: { from: ['0.0.0.0/0'] },
    ssh: {
      from: ['203.0.113.7/32'],
      keys: { ann: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6Vh7bRrTnXyVYV9ZCVfGQ3QpC9XZ4wJ1Zg0m5ZQq0e ann' },
    },
  },
  github: {
    repository: 'acme/shop',
    deployFrom: ['main', 'release/*'],
    reviewers: { users: ['ann'], teams: ['ops'] },
    variables: { REGION: 'eu' },
    secrets: ['TOKEN'],
    deployKeys: {},
    defaultBranch: { approvals: 1, checks: ['test'] },
  },
  registries: { 'ghcr.io': { user: 'bot', secret: 'GHCR_TOKEN' } },
  pages: { error: '<p>away' },
  alerts: { email: ['ops@acme.example'], cpu: 70 },
  acknowledge: [{ policy: 'backups-off', reason: 'short-lived preview', until: '2027-01-01' }],
});

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Everywhere that something stands. */
function places(tree: unknown): Place[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.keys(tree).flatMap((key) => [
    { holder: tree as Record<string, unknown>, key },
    ...places((tree as Record<string, unknown>)[key]),
  ]);
}

interface Edit {
  readonly at: number;
  readonly other: number;
  readonly what: 'replace' | 'remove' | 'rename' | 'copy' | 'text';
  readonly value: unknown;
  readonly name: string;
  readonly text: string;
}

/** A right one with one mistake or a few: what a person would really write. */
const mistaken = (): fc.Arbitrary<unknown> =>
  fc
    .array(
      fc.record<Edit>({
        at: fc.nat(),
        other: fc.nat(),
        what: fc.constantFrom('replace', 'remove', 'rename', 'copy', 'text'),
        value: odd(),
        name: name(),
        text: arbitraryText(),
      }),
      { maxLength: 3 },
    )
    .map((edits) => {
      const definition = whole();
      // before there is anything that cannot be walked through
      const all = places(definition);
      for (const { at, other, what, value, name: given, text } of edits) {
        const { holder, key } = all[at % all.length]!;
        const set = (where: string, next: unknown): unknown =>
          Object.defineProperty(holder, where, { value: next, enumerable: true, configurable: true, writable: true });
        const source = all[other % all.length]!;
        if (what === 'replace') set(key, value);
        else if (what === 'remove') delete holder[key];
        else if (what === 'text') set(typeof holder[key] === 'string' ? key : given, text);
        // also into itself, which makes a circle
        else if (what === 'copy') set(key, source.holder[source.key]);
        else if (!Array.isArray(holder)) {
          set(given, holder[key]);
          delete holder[key];
        }
      }
      return definition;
    });

/** Definitions as people write them, with what nobody would write here and there. */
export const arbitraryDefinition = (): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: mistaken() }, { weight: 1, arbitrary: madeUp() });
