import { createDigitalOcean } from '../digitalocean';
import { createRepository } from '../registry/repository';
import { standInImages } from '../registry/stand-in-images';
import { parseSeed } from '../seed';
import { openAccount } from './github/account';
import { testSeed } from './seed';
import { serve, type Served } from './vendor';

describe('at DigitalOcean', () => {
  let served: Served;
  beforeAll(async () => {
    const seed = {
      ...testSeed,
      domains: [{ name: 'acme.example', address: '203.0.113.10' }, { name: 'acme.test' }],
      regions: [{ slug: 'xyz1', name: 'Nowhere 1' }],
      sizes: [
        { slug: 's-test', vcpus: 1, memory: 1024, disk: 25, priceMonthly: 3 },
        { slug: 's-1vcpu-1gb', vcpus: 1, memory: 1024, disk: 25, priceMonthly: 7 },
      ],
    };
    served = await serve(createDigitalOcean({ seed, actionMs: 0 }));
  });
  afterAll(() => served.close());

  test('domains are there, with a record for an address', async () => {
    const { domain_records: records } = await served.expect(200, 'GET', '/v2/domains/acme.example/records?type=A');
    expect(records).toMatchObject([{ type: 'A', name: '@', data: '203.0.113.10' }]);
    expect((await served.expect(200, 'GET', '/v2/domains/acme.test/records?type=A')).domain_records).toEqual([]);
  });

  test('a droplet can have a size and a region that the seed adds; a price that it names is the price', async () => {
    const wanted = { name: 'a', region: 'xyz1', size: 's-test', image: 'debian-13-x64' };
    const { droplet } = await served.expect(202, 'POST', '/v2/droplets', wanted);
    expect(droplet).toMatchObject({ region: { slug: 'xyz1', name: 'Nowhere 1' }, size_slug: 's-test' });
    const { sizes } = await served.expect(200, 'GET', '/v2/sizes?per_page=200');
    expect(sizes.filter(({ slug }: { slug: string }) => slug === 's-1vcpu-1gb')).toMatchObject([{ price_monthly: 7 }]);
  });
});

test('GitHub has the organizations, teams and roles of the seed, and the ids that it names', async () => {
  const account = await openAccount({
    seed: {
      organizations: ['empty'],
      users: [
        { login: 'boss', role: 'admin', id: 99 },
        { login: 'hand', role: 'maintain' },
      ],
      repositories: [{ name: 'crew/ship' }],
      teams: [
        { organization: 'crew', name: 'Deck Hands', members: ['hand'] },
        { organization: 'crew', name: 'bridge', id: 40 },
      ],
    },
  });
  try {
    expect(await account.expect(200, 'GET', '/user')).toMatchObject({ login: 'boss', id: 99 });
    expect(await account.expect(200, 'GET', '/orgs/empty')).toMatchObject({ login: 'empty' });
    expect(await account.expect(200, 'GET', '/orgs/crew/teams/deck-hands')).toMatchObject({ id: 21, members_count: 1 });
    expect(await account.expect(201, 'POST', '/orgs/crew/teams', { name: 'galley' })).toMatchObject({ id: 22 });
    expect(await account.expect(200, 'GET', '/repos/crew/ship/collaborators/hand/permission')).toMatchObject({
      role_name: 'maintain',
    });
  } finally {
    await account.close();
  }
});

test('a registry has the images that are named; without names, every one', async () => {
  const image = (digest: string) => ({ digest, manifests: [], blobs: [] });
  const services = { v1: image('a'), v2: image('b') };
  const tags = async (...named: Parameters<typeof standInImages>[2][]) => {
    const images = standInImages(services, {}, ...named);
    return Promise.all(
      ['acme/web', 'acme/api', 'acme/other'].map(async (name) => (await images.repository('ghcr.io', name))?.tags),
    );
  };
  const all = createRepository(services).tags;
  expect(await tags()).toEqual([all, all, all]);
  expect(await tags([{ name: 'acme/web', tags: ['v1'] }, { name: 'acme/api' }])).toEqual([['v1'], all, undefined]);
});

test.each([
  [
    { users: [{ login: 'a b' }] },
    ['users.0.login: expected a GitHub login', 'users: expected one user with the role admin'],
  ],
  [
    { ...testSeed, teams: [{ organization: 'nobody', name: 't', members: ['x'], repositories: { 'a/b': 'push' } }] },
    [
      'teams.0.organization: expected an organization, got "nobody"',
      'teams.0.members: expected logins of users, got "x"',
      'teams.0.repositories: expected repositories of this seed, got "a/b"',
    ],
  ],
  [
    { ...testSeed, repositories: [{ name: 'a/b', forkOf: 'c/d' }] },
    ['repositories.0.forkOf: expected a repository that'],
  ],
])('mistakes are told all at once, each with its place', (seed, lines) => {
  const message = (() => {
    try {
      return parseSeed(seed, 'it') && '';
    } catch (error) {
      return (error as Error).message;
    }
  })();
  for (const line of lines) expect(message).toContain(line);
});
