import { droplet } from '../../definition/droplet';
import { problemsOf, product } from './an-environment';

const renamed = (name: string) => ({ product: { ...product, services: { ...product.services, [name]: { kind: 'worker', image: 'ghcr.io/acme/jobs' } } } });

test.each(['postgres', 'proxy', 'redis'])('no service is called %s: on the machine\'s network that is somebody else already', (name) => {
  expect(problemsOf(renamed(name))).toEqual([`services.${name}: is a name of the platform's own (postgres, proxy, redis): take another`]);
});

test.each(['postgres-ui', 'my-proxy', 'services'])('%s is a name like any other', (name) => {
  expect(problemsOf(renamed(name))).toEqual([]);
});

test('a schedule that is none is told at the service that it belongs to', () => {
  const services = { ...product.services, nightly: { ...product.services.nightly, schedule: '0 25 * * *' } };
  expect(problemsOf({ product: { ...product, services } })).toEqual([
    'services.nightly.schedule: "25" in "0 25 * * *" is no hour: 0 to 23, "*", a list "1,2", a range "1-5" or steps "*/15"',
  ]);
});

test.each([['restartWindow', { restartWindow: '0 4 * * 8' }], ['backups.schedule', { backups: { schedule: '0 4 * * 8' } }]])('so are the other times of an environment: %s', (path, change) => {
  expect(problemsOf(change)).toEqual([`${path}: "8" in "0 4 * * 8" is no day of the week: 0 to 7, "*", a list "1,2", a range "1-5" or steps "*/15"`]);
});

test('what Traefik cannot do is told, with who can', () => {
  const platform = droplet({ region: 'fra1', size: 's-4vcpu-8gb', ingress: 'traefik' });
  const says = 'is something that Traefik cannot do: take it out, or take platform.ingress "caddy"';
  expect(problemsOf({ platform, maintenance: true, pages: { error: '<p>' } })).toEqual([`pages.error: ${says}`, `maintenance: ${says}`]);
  expect(problemsOf({ platform })).toEqual([]);
});

test('a page that is too large for a plan is refused', () => {
  expect(problemsOf({ pages: { error: 'x'.repeat(65_536) } })).toEqual([]);
  expect(problemsOf({ pages: { error: 'é'.repeat(32_769) } })).toEqual([expect.stringMatching(/^pages\.error: .*HTML of 64 KiB at most/)]);
});

test('a service is given capabilities that Docker gives everybody, by their names, and no others', () => {
  expect(problemsOf({ services: { web: { capabilities: ['CHOWN', 'SETUID', 'SETGID'] } } })).toEqual([]);
  for (const name of ['SYS_ADMIN', 'NET_ADMIN', 'ALL', 'CAP_CHOWN', 'chown', '']) {
    expect(problemsOf({ services: { web: { capabilities: [name] } } })).toEqual([expect.stringMatching(/^services\.web\.capabilities\.0: got ".*"; allowed: AUDIT_WRITE, CHOWN, /)]);
  }
});

test('Redis is shared on purpose, and nothing else can be', () => {
  expect(problemsOf({ datastores: { redis: { version: 8, shared: true } } })).toEqual([]);
  expect(problemsOf({ datastores: { redis: { version: 8, shared: 'yes' } } })).toEqual(['datastores.redis.shared: got "yes"; true or false is needed']);
  expect(problemsOf({ datastores: { postgres: { version: 17, shared: true } } })).toEqual(['datastores.postgres.shared: unknown; allowed here: version, memory']);
});
