import type { EnvironmentInput } from '../../definition/environment';
import { type ServiceOverride, serviceOverrideSchema } from '../../definition/service';
import type { Desired } from '../../contract/desired';
import { ConvergingMachine, desired, secret } from './converging-machine';

let converging: ConvergingMachine;
beforeEach(async () => {
  converging = await new ConvergingMachine().start();
});
afterEach(() => converging.close());

/** Which services of Docker's are changed, what a proxy is told, and which commands change the machine. */
async function touched(before: Desired, after: Desired): Promise<string[]> {
  expect((await converging.converge(before)).problems).toEqual([]);
  const { engine, host } = converging;
  const [changes, ran] = [engine.changes.length, host.ran.length];
  const files = new Map(host.files);
  expect((await converging.converge(after)).problems).toEqual([]);
  const written = [...host.files]
    .filter(([path, text]) => files.get(path) !== text && /^\/etc/.test(path))
    .map(([path]) => path);
  const told = engine.changes
    .slice(changes)
    .filter((line) => /^(exec |POST \/services)/.test(line))
    .map((line) => line.replace(/^POST \/services\/berth_(\w+)\/update$/, 'rolls $1'));
  const restarted = host.ran.slice(ran).filter((line) => /^systemctl (restart|stop|reload)|^reboot/.test(line));
  return [...told, ...written, ...restarted].sort();
}

const web = (change: ServiceOverride): Partial<EnvironmentInput> => ({ services: { web: change } });
const reload = 'exec caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile';
const routes = '/etc/berth/proxy/Caddyfile';
const timer = '/etc/systemd/system/berth-job-nightly.timer';

/** Every field that a machine converges to, a change of it, and all that it touches. */
const edits: [string, Partial<EnvironmentInput>, string[]][] = [
  ['memory', web({ memory: 300 }), ['rolls web']],
  ['cpu', web({ cpu: 700 }), ['rolls web']],
  ['replicas', web({ replicas: 3 }), ['rolls web']],
  ['variables', web({ variables: { LOG_LEVEL: 'debug' } }), ['rolls web']],
  ['command', web({ command: ['node', 'other.js'] }), ['rolls web']],
  ['stopGrace', web({ stopGrace: 40 }), ['rolls web']],
  ['capabilities', web({ capabilities: ['CHOWN', 'SETUID', 'SETGID'] }), ['rolls web']],
  ['health', web({ health: '/alive' }), ['rolls web']],
  ['health, and how it is asked', web({ health: { host: 'localhost', https: false } }), ['rolls web']],
  ['startGrace', web({ startGrace: 60 }), ['rolls web']],
  ['port', web({ port: 4000 }), [routes, reload, 'rolls web']],
  ['route', web({ route: '/shop' }), [routes, reload]],
  // it is asked for its health as visitors ask
  ['route, to a host', web({ route: { host: 'shop' } }), [routes, reload, 'rolls web']],
  ['streaming', web({ streaming: true }), [routes, reload]],
  ['needs', web({ needs: ['redis'] }), ['/etc/berth/redis-users.taken', 'rolls web']],
  ['secrets', web({ secrets: ['SMTP_URL'] }), ['rolls web']],
  [
    'schedule',
    { services: { nightly: { schedule: '0 4 * * *' } } },
    [timer, 'systemctl restart berth-job-nightly.timer'],
  ],
  // its next run is started with it
  ['the memory of a job', { services: { nightly: { memory: 300 } } }, []],
  [
    'the memory of postgres',
    { datastores: { postgres: { version: 17, memory: 1024 } } },
    [
      '/etc/postgresql/17/main/berth.taken',
      '/etc/postgresql/17/main/conf.d/berth.conf',
      'systemctl reload postgresql@17-main',
      'systemctl restart postgresql@17-main',
    ],
  ],
  [
    'the memory of redis',
    { datastores: { redis: { version: 8, memory: 256 } } },
    ['/etc/berth/redis.conf', '/etc/berth/redis.conf.taken', 'systemctl restart redis-server'],
  ],
  [
    'the sharing of redis',
    { datastores: { redis: { version: 8, shared: true } } },
    ['/etc/berth/redis-users.taken', 'rolls api', 'rolls jobs'],
  ],
  [
    'restartWindow',
    { restartWindow: '0 4 * * 0' },
    [
      '/etc/systemd/system/berth-restart.service',
      '/etc/systemd/system/berth-restart.timer',
      'systemctl restart berth-restart.timer',
    ],
  ],
  ['pages', { pages: { error: '<p>away' } }, ['/etc/berth/proxy/pages/error.html']],
  ['maintenance', { maintenance: true }, [routes, reload]],
  ['domain', { domain: 'other.acme.example' }, [routes, reload, 'rolls api', 'rolls cms', 'rolls web']],
  ['registries', { registries: { 'ghcr.io': { user: 'bot', secret: 'SMTP_URL' } } }, []],
  ['backups', { backups: { keepDays: 30 } }, []],
];

test.each(edits)('an edit of %s changes what it is about, and nothing else', async (_, change, expected) => {
  expect(await touched(desired(), desired(change))).toEqual([...expected].sort());
});

test("an edit of a secret's value rolls who reads it", async () => {
  expect(await touched(desired(), desired({}, { secrets: { SMTP_URL: `sealed:${secret}-2` } }))).toEqual(['rolls api']);
});

test('every field of a service that can be edited is edited here', () => {
  // which image runs is what releases decide
  const fields = Object.keys(serviceOverrideSchema.shape).filter((field) => field !== 'image');
  expect(fields.filter((field) => !edits.some(([title]) => title.startsWith(field)))).toEqual([]);
});
