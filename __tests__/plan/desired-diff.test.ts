import { stringify } from 'yaml';
import { desiredDiff, readDesired } from '../../plan/desired-diff';
import { consequencesOf } from '../../plan/consequences';
import { aPlan } from './a-plan';

const api = {
  kind: 'api',
  image: 'ghcr.io/acme/api',
  port: 8000,
  health: '/health',
  route: { host: 'acme.example', path: '/api' },
  replicas: 2,
  memory: 256,
  cpu: 500,
  stopGrace: 20,
  variables: { LOG_LEVEL: 'debug' },
  secrets: ['SMTP_URL'],
};
const whole = {
  version: 1,
  domain: 'acme.example',
  services: {
    api,
    jobs: { ...api, kind: 'worker', secrets: [] },
    report: { ...api, kind: 'cron', schedule: '0 3 * * *', secrets: [] },
  },
  datastores: { postgres: { version: 17, placement: 'machine', memory: 768 } },
  backups: { keepDays: 14, schedule: '0 2 * * *' },
};
type Whole = Omit<typeof whole, 'services' | 'datastores'> & {
  services: Record<string, object>;
  datastores: Record<string, object>;
  [more: string]: unknown;
};

const text = (state: Whole): string => stringify(state, { aliasDuplicateObjects: false });

/** What is told of an edit: subject, facts, what follows. */
function told(after: Whole, before: Whole = whole): string[] {
  const plan = aPlan([
    {
      address: 'digitalocean_spaces_bucket_object.desired',
      before: { content: `# before\n${text(before)}` },
      after: { content: `# after\n${text(after)}` },
    },
  ]);
  return consequencesOf(plan).map(
    ({ effect, subject, what, says }) => `${effect} ${subject}${what === undefined ? '' : ` (${what})`}: ${says}`,
  );
}
const withApi = (changes: object): Whole => ({
  ...whole,
  services: { ...whole.services, api: { ...api, ...changes } },
});

test.each<[string, Whole, string[]]>([
  ['memory', withApi({ memory: 384 }), ['changed api (memory 256 → 384 MiB): rolled out start-first, nobody notices']],
  [
    'several fields of one service',
    withApi({ memory: 384, health: '/ok', cpu: 1000 }),
    [
      'changed api (health /health → /ok, memory 256 → 384 MiB, cpu 500 → 1000 thousandths of a processor): rolled out start-first, nobody notices',
    ],
  ],
  [
    'a variable',
    withApi({ variables: { LOG_LEVEL: 'info', MORE: '1' } }),
    ['changed api (LOG_LEVEL debug → info, MORE none → 1): rolled out start-first, nobody notices'],
  ],
  [
    'a variable that looks like a secret',
    withApi({ variables: { LOG_LEVEL: 'debug', API_KEY: 'canary' } }),
    ['changed api (API_KEY none → (hidden)): rolled out start-first, nobody notices'],
  ],
  [
    'replicas alone',
    withApi({ replicas: 3 }),
    ['changed api (replicas 2 → 3): containers are added or taken away, the others go on'],
  ],
  [
    'a route alone',
    withApi({ route: { host: 'acme.example', path: '/v2' } }),
    ['changed api (route.path /api → /v2): the proxy takes it while it runs, nobody notices'],
  ],
  [
    'a worker',
    { ...whole, services: { ...whole.services, jobs: { ...whole.services.jobs, memory: 512 } } },
    ['changed jobs (memory 256 → 512 MiB): rolled out start-first; the former container gets its time to stop'],
  ],
  [
    'a job',
    { ...whole, services: { ...whole.services, report: { ...whole.services.report, schedule: '0 4 * * *' } } },
    ['changed report (schedule 0 3 * * * → 0 4 * * *): from its next run on'],
  ],
  [
    'a service that comes',
    { ...whole, services: { ...whole.services, web: api } },
    ['created web (api): waits for its first release'],
  ],
  [
    'a service that goes',
    { ...whole, services: { api, report: whole.services.report } },
    ['destroyed jobs: its containers stop; requests for it go unanswered'],
  ],
  [
    "a datastore's memory",
    { ...whole, datastores: { postgres: { ...whole.datastores.postgres, memory: 1024 } } },
    ['interrupted postgres (memory 768 → 1024 MiB): it restarts, some seconds without it; data stays'],
  ],
  [
    'a datastore that moves',
    { ...whole, datastores: { postgres: { version: 17, placement: 'managed' } } },
    [
      'replaced postgres (placement machine → managed, memory 768 → none MiB): services connect to the other one, which is empty: data does not move along',
    ],
  ],
  [
    'a datastore that comes',
    { ...whole, datastores: { ...whole.datastores, redis: { version: 8, placement: 'machine', memory: 128 } } },
    ['created redis: empty'],
  ],
  [
    'backups',
    { ...whole, backups: { ...whole.backups, keepDays: 30 } },
    ['changed backups.keepDays (14 → 30): from the next one on'],
  ],
  [
    'a domain',
    {
      ...whole,
      domain: 'new.example',
      services: { ...whole.services, api: { ...api, route: { host: 'new.example', path: '/api' } } },
    },
    [
      'changed proxy (acme.example → new.example): it answers for the new names, and asks for their certificates; services with a route are rolled out start-first',
    ],
  ],
  [
    'a secret sealed anew',
    { ...whole, secrets: { SMTP_URL: 'sealed' } },
    ['changed secrets (SMTP_URL): sealed anew; api rolled out start-first'],
  ],
  ['a key that nobody here knows', { ...whole, novelty: true }, ['changed novelty (none → true): in place']],
  ['only its heading', whole, ['changed services: written anew; nothing differs in it that a service would notice']],
])('%s: told service by service, with what follows', (_, after, expected) => {
  const lines = told(after);
  expect(lines).toEqual(expected);
  expect(lines.join()).not.toContain('canary');
});

test('a service, a datastore and a variable may be called as what every object of JavaScript has', () => {
  const { api: one } = whole.services;
  const after: Whole = {
    ...withApi({ variables: { LOG_LEVEL: 'debug', constructor: 'x' } }),
    datastores: { ...whole.datastores, valueOf: { version: 1 } },
  };
  expect(told({ ...after, services: { ...after.services, toString: { ...one, kind: 'worker' } } })).toEqual([
    'changed api (constructor none → x): rolled out start-first, nobody notices',
    'created toString (worker): waits for its first release',
    'created valueOf: empty',
  ]);
});

test('a text that is no desired state is told as such, and its diff is still there', () => {
  const plan = aPlan([
    { address: 'digitalocean_spaces_bucket_object.desired', before: { content: 'a: [' }, after: { content: 'b: [' } },
  ]);
  expect(consequencesOf(plan)[0]!.says).toBe(
    'what the machine converges to changes, in a form that is not known here: read its diff',
  );
  expect(readDesired('services: [1]')).toBeUndefined();
});

test('the diff shows what is around a change, digests of what is sealed, and no secret', () => {
  const sealed = (text: string): string =>
    `secrets:\n  SMTP_URL: |\n    -----BEGIN AGE ENCRYPTED FILE-----\n    ${text}\n    -----END AGE ENCRYPTED FILE-----\n`;
  const state = (level: string, key: string, cipher: string): string =>
    `services:\n  api:\n    variables:\n      LOG_LEVEL: ${level}\n      API_KEY: ${key}\n      URL: https://u:canary@x.example\n${sealed(cipher)}`;
  const diff = desiredDiff(
    state('debug', 'canary-1', 'YWdlLWVuY3J5cHRpb24='),
    state('info', 'canary-2', 'YWdlLWVuY3J5cHRpb25='),
  );
  expect(diff).toMatch(/^--- desired\.yaml\tbefore\n\+\+\+ desired\.yaml\tafter\n@@ /);
  expect(diff.split('\n').filter((line) => /^[+-] /.test(line))).toEqual([
    '-      LOG_LEVEL: debug',
    '+      LOG_LEVEL: info',
    expect.stringMatching(/^- {4}\(sealed, [0-9a-f]{12}\)$/),
    expect.stringMatching(/^\+ {4}\(sealed, [0-9a-f]{12}\)$/),
  ]);
  expect(diff).toContain(
    '      API_KEY: (looks like a secret: hidden)\n       URL: (looks like a credential: hidden)x.example',
  );
  expect(diff).not.toContain('canary');
  expect(desiredDiff('same', 'same')).toBe('');
});
