import { describeProblems } from '../../definition/problem';
import { shown } from '../../definition/shown';
import { evaluate } from '../../definition/evaluate';
import { droplet } from '../../definition/droplet';
import { anEnvironment, problemsOf, product } from './an-environment';

const platform = { region: 'fra1', size: 's-4vcpu-8gb' } as const;
const withServices = (services: object) => ({
  product: { ...product, services: { ...product.services, ...services } },
});

describe('each mistake in an environment is answered with where it is, what was given and what to change', () => {
  test.each<[string, object, string[]]>([
    ['an unknown field with a near one', { servces: {} }, ['servces: unknown; did you mean "services"?']],
    [
      'an unknown field with none near',
      { colour: 'red' },
      [
        'colour: unknown; allowed here: name, product, stage, domain, services, datastores, platform, access, github, registries, restartWindow, pages, maintenance, backups, alerts, protected, acknowledge',
      ],
    ],
    [
      'an unknown field deep down',
      { services: { api: { memry: 1 } } },
      ['services.api.memry: unknown; did you mean "memory"?'],
    ],
    ['a missing field', { domain: undefined }, ['domain: is missing; a text is needed']],
    [
      'the wrong type',
      { services: { api: { memory: '256' } } },
      ['services.api.memory: got "256"; a number is needed'],
    ],
    ['too little', { services: { api: { memory: 1 } } }, ['services.api.memory: got 1; at least 32']],
    ['too much', { services: { api: { replicas: 21 } } }, ['services.api.replicas: got 21; at most 20']],
    [
      'a fraction',
      { services: { api: { replicas: 1.5 } } },
      ['services.api.replicas: got 1.5; a whole number is needed'],
    ],
    [
      'a name that resources cannot have',
      { name: 'Test_1' },
      ['name: got "Test_1"; lower-case letters, digits and single "-", starting with a letter'],
    ],
    ['a domain with capitals', { domain: 'Acme.example' }, ['domain: got "Acme.example"; a domain name in lower case']],
    [
      'a region without Spaces',
      { platform: droplet({ ...platform, region: 'nyc1' as 'nyc3' }) },
      [
        'platform.region: got "nyc1"; allowed: ams3, atl1, blr1, fra1, lon1, nyc3, sfo2, sfo3, sgp1, syd1, tor1; did you mean "nyc3"?',
      ],
    ],
    [
      'a size that does not exist',
      { platform: droplet({ ...platform, size: 's-4vcpu-8g' }) },
      [
        'platform.size: got "s-4vcpu-8g"; allowed are DigitalOcean\'s slugs (`npx berth sizes` lists them); did you mean "s-4vcpu-8gb"?',
      ],
    ],
    [
      'another image',
      { platform: droplet({ ...platform, image: 'ubuntu-24-04-x64' }) },
      ['platform.image: got "ubuntu-24-04-x64"; the boot layer is written for and tested on "debian-13-x64"'],
    ],
    [
      'a version that Debian 13 does not have',
      { datastores: { postgres: 16 } },
      ['datastores.postgres: got 16; allowed: 17 or an object { … }'],
    ],
    [
      'an unknown place for a datastore',
      { platform: droplet({ ...platform, datastores: { postgres: 'elsewhere' as 'machine' } }) },
      ['platform.datastores.postgres: got "elsewhere"; allowed: "machine" or an object { … }'],
    ],
    [
      'three nodes of a managed Redis',
      { platform: droplet({ ...platform, datastores: { redis: { managed: { size: 'db-s-1vcpu-1gb', nodes: 3 } } } }) },
      ['platform.datastores.redis.managed.nodes: got 3; a managed Redis has 1 or 2'],
    ],
    [
      'an address that is no range',
      { access: { ssh: { from: ['everywhere'], keys: {} } } },
      ['access.ssh.from.0: got "everywhere"; an address range like "203.0.113.7/32"'],
    ],
    [
      "a secret's name that GitHub keeps for itself",
      { github: { repository: 'acme/shop', deployFrom: ['main'], secrets: ['GITHUB_PAT'] } },
      [
        'github.secrets.0: got "GITHUB_PAT"; may not start with GITHUB_ (docs.github.com/en/actions/reference/security/secrets)',
      ],
    ],
    [
      'seven reviewers',
      {
        github: {
          repository: 'acme/shop',
          deployFrom: ['main'],
          reviewers: { users: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
        },
      },
      ['github.reviewers: got 7 users and teams; GitHub takes 6 at most: name a team instead'],
    ],
    [
      'a day that does not exist',
      { acknowledge: [{ policy: 'backups-off', reason: 'short-lived preview', until: '2027-02-30' }] },
      ['acknowledge.0.until: got "2027-02-30"; a day that is in the calendar, like "2027-02-28"'],
    ],
    [
      'an override of nothing',
      { services: { wbe: { replicas: 1 } } },
      ['services.wbe: the product has no such service (it has web, api, jobs, cms, nightly); did you mean "web"?'],
    ],
    [
      'an image with a tag',
      withServices({ web: { kind: 'web', image: 'ghcr.io/acme/web:v1' } }),
      [
        'product.services.web.image: got "ghcr.io/acme/web:v1"; an image repository without tag or digest, like "ghcr.io/acme/web"',
      ],
    ],
    [
      'a kind that does not exist',
      withServices({ web: { kind: 'webb', image: 'ghcr.io/acme/web' } }),
      ['product.services.web.kind: got "webb"; allowed: web, api, worker, cms, cron; did you mean "web"?'],
    ],
    [
      'a service name that cannot be a host name',
      withServices({ Web: { kind: 'worker', image: 'ghcr.io/acme/web' } }),
      [
        'product.services.Web: cannot be a name here: a service name: lower-case letters, digits and single "-", starting with a letter',
      ],
    ],
    [
      'a worker with a route',
      { services: { jobs: { route: '/jobs' } } },
      ['services.jobs.route: a worker answers no requests: take it out, or make the service an "api"'],
    ],
    [
      'a cron without a schedule',
      withServices({ nightly: { kind: 'cron', image: 'ghcr.io/acme/jobs' } }),
      ['services.nightly.schedule: is missing; a cron needs five fields in UTC, like "0 3 * * *"'],
    ],
    [
      'a cron beside itself',
      { services: { nightly: { replicas: 2 } } },
      ['services.nightly.replicas: got 2; a cron job never overlaps itself: take it out'],
    ],
    [
      'a schedule for a web',
      { services: { web: { schedule: '0 3 * * *' } } },
      ['services.web.schedule: only a "cron" has a schedule; this is a "web"'],
    ],
    [
      'two services on one route',
      { services: { cms: { route: '/api/' } } },
      ['services.cms.route: test.acme.example/api goes to "api" already: give one of them another path or host'],
    ],
    [
      'a datastore that is not there',
      { product: { ...product, datastores: { postgres: 17 } } },
      [
        'services.api.needs: got "redis", which the product does not have; declare it: datastores: { redis: 8 }',
        'services.jobs.needs: got "redis", which the product does not have; declare it: datastores: { redis: 8 }',
      ],
    ],
    [
      'a variable that the platform sets',
      { services: { api: { variables: { DATABASE_URL: 'x' } } } },
      [
        'services.api.variables.DATABASE_URL: is set by the platform (DATABASE_URL, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE): take it out, or use another name',
      ],
    ],
    [
      'a name that is variable and secret',
      { services: { api: { variables: { SMTP_URL: 'x' } } } },
      ['services.api.secrets: SMTP_URL is a variable already: a name can be one or the other'],
    ],
    [
      'more processor than the machine has',
      { services: { api: { cpu: 5000 } } },
      ['services.api.cpu: got 5000; s-4vcpu-8gb has 4000 (thousandths of a processor)'],
    ],
    [
      'more memory than the machine has',
      { platform: droplet({ region: 'fra1', size: 's-2vcpu-2gb' }) },
      [
        'services: need 3,968 MiB, the machine has 2,048 MiB (s-2vcpu-2gb): lower a limit or take s-2vcpu-4gb (+$6.00 a month) (services 2,048 MiB, datastores 896 MiB, one rollout 512 MiB, system 512 MiB)',
      ],
    ],
    [
      'names that become too long',
      { platform: droplet({ ...platform, bucketPrefix: 'p'.repeat(60) }) },
      [
        ...['config', 'exchange', 'backups'].map(
          (bucket) =>
            `platform.bucketPrefix: makes ${shown(`${'p'.repeat(60)}-${bucket}`)}, which is not a bucket name: 3 to 63 lower-case letters, digits and "-", starting and ending with a letter or digit: shorten the prefix`,
        ),
      ],
    ],
  ])('%s', (_, changes, expected) => {
    expect(problemsOf(changes)).toEqual(expected);
  });
});

test('every mistake of a file is told at once, and rules between fields run on what is sound', () => {
  const { problems } = evaluate({
    ...anEnvironment(),
    servces: {},
    platform: { kind: 'droplet', region: 'fra1', size: 's-2vcpu-4g' },
    services: { api: { memry: 3 }, jobs: { route: '/api' } },
  } as unknown as Parameters<typeof evaluate>[0]);
  expect(describeProblems('environments/test.ts', problems)).toBe(
    [
      'environments/test.ts is invalid:',
      '  services.api.memry   unknown; did you mean "memory"?',
      '  servces              unknown; did you mean "services"?',
      '  services.jobs.route  a worker answers no requests: take it out, or make the service an "api"',
      '  services.jobs.route  test.acme.example/api goes to "api" already: give one of them another path or host',
      '  platform.size        got "s-2vcpu-4g"; allowed are DigitalOcean\'s slugs (`npx berth sizes` lists them); did you mean "s-2vcpu-4gb"?',
    ].join('\n'),
  );
});

describe('one mistake is told once: nothing that only follows from it', () => {
  test.each<[string, object, string[]]>([
    [
      'a schedule that is none',
      withServices({ nightly: { ...product.services.nightly, schedule: '@daily' } }),
      [
        'product.services.nightly.schedule: got "@daily"; five cron fields in UTC, like "0 3 * * *", or "CRON_TZ=Europe/Berlin 0 3 * * *"',
      ],
    ],
    [
      'a version that there is not',
      { product: { ...product, datastores: { postgres: 16, redis: 8 } } },
      ['product.datastores.postgres: got 16; allowed: 17 or an object { … }'],
    ],
    [
      'a host in capitals',
      withServices({ cms: { ...product.services.cms, route: { host: 'CMS' } } }),
      [
        'product.services.cms.route.host: got "CMS"; one DNS label: at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit',
      ],
    ],
    [
      'a mistyped name of something that is needed',
      { domain: undefined, domian: 'test.acme.example' },
      ['domian: unknown; did you mean "domain"?'],
    ],
    [
      "the product's name mistyped",
      { product: undefined, prduct: product },
      ['prduct: unknown; did you mean "product"?'],
    ],
    [
      'a datastore mistyped',
      { product: { ...product, datastores: { postgress: 17, redis: 8 } } },
      ['product.datastores.postgress: unknown; did you mean "postgres"?'],
    ],
    [
      'a schedule mistyped',
      withServices({ nightly: { kind: 'cron', image: 'ghcr.io/acme/jobs', schedul: '0 3 * * *' } }),
      ['product.services.nightly.schedul: unknown; did you mean "schedule"?'],
    ],
    [
      'services mistyped',
      { product: { name: 'shop', datastores: product.datastores, sevices: product.services } },
      ['product.sevices: unknown; did you mean "services"?'],
    ],
    [
      'a range that is none',
      { platform: droplet({ ...platform, ipRange: 'everything' }) },
      ['platform.ipRange: got "everything"; a range like "10.20.0.0/20"'],
    ],
    [
      'a list in place of a text',
      { acknowledge: [{ policy: 'backups-off', reason: ['x'], until: '2027-01-01' }] },
      ['acknowledge.0.reason: got ["x"]; a text is needed'],
    ],
    ['no product', { product: undefined }, ['product: is missing; an object { … } is needed']],
    [
      'numbers that are none',
      withServices({ web: { ...product.services.web, replicas: NaN, memory: Infinity } }),
      [
        'product.services.web.replicas: got NaN; a number is needed',
        'product.services.web.memory: got Infinity; a number is needed',
      ],
    ],
    [
      'a NUL',
      { services: { web: { variables: { A: 'a\0b' } } } },
      [
        'services.web.variables.A: got "a\\u0000b"; a NUL cannot be in an environment variable, a command or a name: take it out',
      ],
    ],
    [
      'half of a character',
      { services: { web: { variables: { A: 'a\ud800' } } } },
      [
        'services.web.variables.A: got "a\\ud800"; it holds half of a character (a lone surrogate), which cannot be written to a file: take it out',
      ],
    ],
    [
      "a placeholder of cdktf's",
      { services: { web: { variables: { A: '${TfToken[TOKEN.1]}' } } } },
      [
        'services.web.variables.A: got "${TfToken[TOKEN.1]}"; cdktf takes "TfToken" for a reference of its own: write something else',
      ],
    ],
    [
      'letters and accents apart, where Terraform puts them together',
      { github: { repository: 'acme/shop', deployFrom: ['main'], variables: { A: 'e\u0301' } } },
      [
        'github.variables.A: got "e\u0301"; Terraform keeps letters and their accents together: write "\u00e9" in Unicode\'s normal form C ("…".normalize())',
      ],
    ],
    [
      'a text that hides',
      { name: 'a\u202eb' },
      ['name: got "a\\u202eb"; lower-case letters, digits and single "-", starting with a letter'],
    ],
    [
      'names with line breaks',
      { ...withServices({ 'a\nb\u001b[31m': { kind: 'worker', image: 'ghcr.io/acme/web' } }), services: { nope: {} } },
      [
        'product.services["a\\nb\\u001b[31m"]: cannot be a name here: a service name: lower-case letters, digits and single "-", starting with a letter',
        'services.nope: the product has no such service (it has web, api, jobs, cms, nightly, a\\nb)',
      ],
    ],
  ])('%s', (_, changes, expected) => {
    expect(problemsOf(changes)).toEqual(expected);
  });

  test('names that every object has are services that the product does not have', () => {
    expect(problemsOf({ services: JSON.parse('{"__proto__": {"memory": 1}, "constructor": {}}') as object })).toEqual([
      'services.__proto__: unknown, and it cannot be a name here: every JavaScript object has a "__proto__" of its own, so take another name',
      'services.constructor: the product has no such service (it has web, api, jobs, cms, nightly)',
    ]);
  });
});

test('an environment that says the least is whole', () => {
  expect(problemsOf({})).toEqual([]);
});
