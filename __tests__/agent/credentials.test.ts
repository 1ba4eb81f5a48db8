import { type Credentials, credentials } from '../../agent/credentials';
import type { DesiredService } from '../../contract/desired';
import { FakeHost } from './fake-host';

let machine: FakeHost;
beforeEach(() => {
  machine = new FakeHost();
});

const file = '/mnt/data/berth/credentials.json';
/** Services by name, with the datastores that each uses. */
const of = (services: Record<string, ('postgres' | 'redis')[]>, shared?: true): Credentials =>
  credentials(machine, '/mnt/data/berth', {
    datastores: { redis: { version: 8, placement: 'machine', shared } },
    services: Object.fromEntries(
      Object.entries(services).map(([name, stores]) => [
        name,
        { datastores: Object.fromEntries(stores.map((store) => [store, 'URL'])) } as DesiredService,
      ]),
    ),
  });
const numbers = ({ redis }: Credentials): Record<string, number> =>
  Object.fromEntries(Object.entries(redis).map(([name, { database }]) => [name, database]));

test('who uses a datastore gets a password of its own, in letters that need no escape', () => {
  const { postgres, redis, agent } = of({ api: ['postgres', 'redis'], jobs: ['redis'], web: [] });
  expect([Object.keys(postgres), Object.keys(redis)]).toEqual([['api'], ['api', 'jobs']]);
  const all = [...Object.values(postgres), ...Object.values(redis).map(({ password }) => password), agent];
  expect(new Set(all).size).toBe(4);
  for (const password of all) expect(password).toMatch(/^[\w-]{32}$/);
});

test('they stay the same over restarts, and when other services come and go', () => {
  const first = of({ api: ['postgres', 'redis'] });
  expect(of({ api: ['postgres', 'redis'] })).toEqual(first);
  const later = of({ api: ['postgres', 'redis'], jobs: ['postgres'] });
  expect(later).toMatchObject(first);
});

test('those of a service that is gone are forgotten, and nobody is asked to bring its database', () => {
  const first = of({ api: ['postgres'], 'pg-backup': ['postgres', 'redis'] });
  const { postgres, redis } = of({ api: ['postgres'] });
  expect([postgres, redis]).toEqual([{ api: first.postgres.api }, {}]);
  expect(machine.files.get(file)).not.toContain(first.postgres['pg-backup']);
  expect(machine.files.get(file)).not.toContain(first.redis['pg-backup']!.password);
  expect(of({ api: ['postgres'], 'pg-backup': ['postgres'] }).postgres['pg-backup']).not.toBe(
    first.postgres['pg-backup'],
  );
});

test.each(['constructor', 'valueof', '__proto__'])('a service called %s has credentials of its own', (name) => {
  const { postgres, redis } = of(
    JSON.parse(`{"${name}":["postgres","redis"]}`) as Record<string, ('postgres' | 'redis')[]>,
  );
  expect([
    Object.getOwnPropertyDescriptor(postgres, name)?.value,
    (Object.getOwnPropertyDescriptor(redis, name)?.value as { password: string }).password,
  ]).toEqual([expect.stringMatching(/^[\w-]{32}$/), expect.stringMatching(/^[\w-]{32}$/)]);
});

test.each([
  'null',
  '{}',
  '{"postgres":null,"redis":{},"agent":"x"}',
  '{"postgres":{}',
  '[]',
  '{"postgres":{"api":1},"redis":{},"agent":"x"}',
])('a file that is damaged (%s) is told, and not written over', (text) => {
  machine.write(file, text);
  expect(() => of({ api: ['postgres'] })).toThrow(
    'credentials.json is damaged: restore it from a backup, or remove it, and every service gets new passwords',
  );
  expect(machine.files.get(file)).toBe(text);
});

test("a database's number is never given to another service: it may hold the data of one that is gone", () => {
  expect(numbers(of({ api: ['redis'], jobs: ['redis'] }))).toEqual({ api: 1, jobs: 2 });
  expect(numbers(of({ mail: ['redis'] }))).toEqual({ mail: 3 });
  expect(numbers(of({ jobs: ['redis'], api: ['redis'], cms: ['redis'] }))).toEqual({ api: 1, jobs: 2, cms: 4 });
});

test('services that share Redis use one database; apart again, each has its own as before, and nobody the one where connections begin', () => {
  const services = { api: ['redis' as const], jobs: ['redis' as const] };
  const apart = of(services);
  expect(numbers(of(services, true))).toEqual({ api: 0, jobs: 0 });
  expect(of(services)).toEqual(apart);
  machine.write(
    file,
    JSON.stringify({ ...apart, redis: { ...apart.redis, api: { ...apart.redis.api, database: 0 } } }),
  );
  expect(numbers(of(services))).toEqual({ api: 3, jobs: 2 });
});

test('only root can read them', () => {
  of({ api: ['postgres'] });
  expect(machine.modes.get(file)).toBe(0o600);
});
