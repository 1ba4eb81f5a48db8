import { droplet } from '../../definition/droplet';
import { problemsOf, product } from './an-environment';

const renamed = (name: string) => ({
  product: { ...product, services: { ...product.services, [name]: { kind: 'worker', image: 'ghcr.io/acme/jobs' } } },
});

test.each(['localhost', 'postgres', 'proxy', 'redis'])(
  "no service is called %s: on the machine's network that is somebody else already",
  (name) => {
    expect(problemsOf(renamed(name))).toEqual([
      `services.${name}: is a name of the platform's own (localhost, postgres, proxy, redis): take another`,
    ]);
  },
);

test.each(['postgres-ui', 'my-proxy', 'services', 'pg-backup', 'default', 'public', 'away', 'maintenance'])(
  '%s is a name like any other',
  (name) => {
    expect(problemsOf(renamed(name))).toEqual([]);
  },
);

test('a schedule that is none is told at the service that it belongs to', () => {
  const services = { ...product.services, nightly: { ...product.services.nightly, schedule: '0 25 * * *' } };
  expect(problemsOf({ product: { ...product, services } })).toEqual([
    'services.nightly.schedule: invalid hour "25" in "0 25 * * *": expected 0 to 23, "*", a list "1,2", a range "1-5" or steps "*/15"',
  ]);
});

test.each([
  ['restartWindow', { restartWindow: '0 4 * * 8' }],
  ['backups.schedule', { backups: { schedule: '0 4 * * 8' } }],
])('so are the other times of an environment: %s', (path, change) => {
  expect(problemsOf(change)).toEqual([
    `${path}: invalid day of the week "8" in "0 4 * * 8": expected 0 to 7, "*", a list "1,2", a range "1-5" or steps "*/15"`,
  ]);
});

test('what Traefik cannot do is told, with who can', () => {
  const platform = droplet({ region: 'fra1', size: 's-4vcpu-8gb', ingress: 'traefik' });
  const says = 'is not supported by Traefik: remove it, or set platform.ingress to "caddy"';
  expect(problemsOf({ platform, maintenance: true, pages: { error: '<p>' } })).toEqual([
    `pages.error: ${says}`,
    `maintenance: ${says}`,
  ]);
  expect(problemsOf({ platform })).toEqual([]);
});

test('a page that is too large for a plan is refused', () => {
  expect(problemsOf({ pages: { error: 'x'.repeat(65_536) } })).toEqual([]);
  expect(problemsOf({ pages: { error: 'é'.repeat(32_769) } })).toEqual([
    expect.stringMatching(/^pages\.error: .*HTML of 64 KiB at most/),
  ]);
});

test('a service is given capabilities that Docker gives everybody, by their names, and no others', () => {
  expect(problemsOf({ services: { web: { capabilities: ['CHOWN', 'SETUID', 'SETGID'] } } })).toEqual([]);
  for (const name of ['SYS_ADMIN', 'NET_ADMIN', 'ALL', 'CAP_CHOWN', 'chown', '']) {
    expect(problemsOf({ services: { web: { capabilities: [name] } } })).toEqual([
      expect.stringMatching(/^services\.web\.capabilities\.0: got ".*"; allowed: AUDIT_WRITE, CHOWN, /),
    ]);
  }
});

test('Redis is shared on purpose, and nothing else can be', () => {
  expect(problemsOf({ datastores: { redis: { version: 8, shared: true } } })).toEqual([]);
  expect(problemsOf({ datastores: { redis: { version: 8, shared: 'yes' } } })).toEqual([
    'datastores.redis.shared: got "yes"; true or false is needed',
  ]);
  expect(problemsOf({ datastores: { postgres: { version: 17, shared: true } } })).toEqual([
    'datastores.postgres.shared: unknown; allowed here: version, memory',
  ]);
});

const needing = (name: string, store: 'postgres' | 'redis') => ({
  product: {
    ...product,
    services: { ...product.services, [name]: { kind: 'worker', image: 'ghcr.io/acme/jobs', needs: [store] } },
  },
});

test.each(['pg-backup', 'pg-x', 'public', 'none', 'template0', 'template1', 'defaultdb', 'doadmin'])(
  'a service called %s cannot have a database: Postgres keeps that name to itself',
  (name) => {
    expect(problemsOf(needing(name, 'postgres'))).toEqual([
      expect.stringContaining(`services.${name}: cannot have a database: it would be called as the service is`),
    ]);
    expect(problemsOf(needing(name, 'redis'))).toEqual([]);
  },
);

test.each(['default', 'berth'])('a service called %s cannot have a user of Redis', (name) => {
  expect(problemsOf(needing(name, 'redis'))).toEqual([
    `services.${name}: cannot have a user of Redis: it would be called as the service is, and "default" (redis.io/docs/latest/operate/oss_and_stack/management/security/acl) and "berth" are taken; take another name`,
  ]);
  expect(problemsOf(needing(name, 'postgres'))).toEqual([]);
});

test.each([
  [
    'a secret that the platform sets',
    { secrets: ['DATABASE_URL'] },
    [
      'services.api.secrets: DATABASE_URL is set by the platform (DATABASE_URL, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE): take it out, or use another name',
    ],
  ],
  [
    'a part of a URL',
    { secrets: [], variables: { PGHOST: 'x' } },
    [
      'services.api.variables.PGHOST: is set by the platform (DATABASE_URL, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE): take it out, or use another name',
    ],
  ],
  [
    'the port',
    { secrets: ['PORT'] },
    ['services.api.secrets: PORT is set by the platform (PORT): take it out, or use another name'],
  ],
  [
    "a name with the platform's prefix",
    { variables: { BERTH_X: '1' } },
    ["services.api.variables.BERTH_X: begins with BERTH_, as names of the platform's own do: use another name"],
  ],
  ['a secret that is named twice', { secrets: ['A', 'A'] }, ['services.api.secrets: "A" is named twice: take one out']],
])('%s is refused', (_, change, expected) => {
  expect(problemsOf({ services: { api: change } })).toEqual(expected);
});

test('parts of a URL are free where the service has no such datastore: it may bring its own', () => {
  expect(
    problemsOf({ services: { jobs: { variables: { PGHOST: 'db.acme.example' }, secrets: ['PGPASSWORD'] } } }),
  ).toEqual([]);
});

test.each([
  ['0 0 30 2 *', '"0 0 30 2 *" names a day that never comes: Feb has no day 30; take a day up to 29'],
  // Mondays do come: the day is a mistake all the same
  ['0 0 30 2 1', '"0 0 30 2 1" names a day that never comes: Feb has no day 30; take a day up to 29'],
  ['0 0 31 4,6 *', '"0 0 31 4,6 *" names a day that never comes: Apr and Jun have no day 31; take a day up to 30'],
  [
    '*/90 * * * *',
    '"*/90" in "*/90 * * * *" is minute 0 alone: steps begin again at 0 and go up to 59; write "0", or a smaller step',
  ],
  [
    '0 */24 * * *',
    '"*/24" in "0 */24 * * *" is hour 0 alone: steps begin again at 0 and go up to 23; write "0", or a smaller step',
  ],
  [
    '50/10 * * * *',
    '"50/10" in "50/10 * * * *" is minute 50 alone: steps begin again at 50 and go up to 59; write "50", or a smaller step',
  ],
  [
    'CRON_TZ=Europe/Berlyn 0 3 * * *',
    '"Europe/Berlyn" in "CRON_TZ=Europe/Berlyn 0 3 * * *" is no time zone of the IANA database: write a name like "Europe/Berlin"',
  ],
  [
    'CRON_TZ=europe/berlin 0 3 * * *',
    '"europe/berlin" in "CRON_TZ=europe/berlin 0 3 * * *" is not the name that machines have for this time zone: write "Europe/Berlin"',
  ],
  // an old name's capitals count as well
  [
    'CRON_TZ=Europe/KYIV 0 3 * * *',
    '"Europe/KYIV" in "CRON_TZ=Europe/KYIV 0 3 * * *" is not the name that machines have for this time zone: write "Europe/Kyiv"',
  ],
  // Debian 13 keeps former names in a package that no machine has: its timer would be refused
  [
    'CRON_TZ=US/Eastern 0 3 * * *',
    '"US/Eastern" in "CRON_TZ=US/Eastern 0 3 * * *" is not the name that machines have for this time zone: write "America/New_York"',
  ],
  [
    'CRON_TZ=Asia/Calcutta 0 3 * * *',
    '"Asia/Calcutta" in "CRON_TZ=Asia/Calcutta 0 3 * * *" is not the name that machines have for this time zone: write "Asia/Kolkata"',
  ],
])('%s does not mean what it seems to mean, and is told', (schedule, message) => {
  expect(problemsOf({ services: { nightly: { schedule } } })).toEqual([`services.nightly.schedule: ${message}`]);
});

test.each([
  '0 0 29 2 *',
  '0 0 31 * *',
  '0 0 31 4,5 *',
  '*/45 * * * *',
  '*/59 * * * *',
  'CRON_TZ=Europe/Berlin 0 3 * * *',
  'CRON_TZ=America/Port_of_Spain 0 3 * * *',
  'CRON_TZ=UTC 0 3 * * *',
  'CRON_TZ=Europe/Kyiv 0 3 * * *',
  'CRON_TZ=Africa/Dar_es_Salaam 0 3 * * *',
  'CRON_TZ=Etc/GMT+5 0 3 * * *',
])('%s is fine', (schedule) => {
  expect(problemsOf({ services: { nightly: { schedule } } })).toEqual([]);
});
