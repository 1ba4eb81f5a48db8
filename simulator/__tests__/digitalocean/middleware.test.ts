import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account as credentials } from '../../account';
import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

test.each([[undefined], ['Bearer another-token'], ['']])(
  "only the account's token is let in, not %s",
  async (authorization) => {
    const response = await fetch(`${account.url}/v2/account`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ id: 'unauthorized', message: 'Unable to authenticate you' });
  },
);

test('every answer carries the rate limit and a request id, which errors repeat', async () => {
  const { headers, body } = await account.call('GET', '/v2/droplets/7');
  expect(headers.get('ratelimit-limit')).toBe('5000');
  expect(Number(headers.get('ratelimit-remaining'))).toBeLessThan(5000);
  expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
  expect(body.request_id).toBe(headers.get('x-request-id'));
});

test('a route that is not rehearsed says so by name', async () => {
  const { url } = account;
  const response = await fetch(`${url}/v2/kubernetes/clusters`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credentials.digitaloceanToken}` },
  });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    id: 'not_found',
    message: expect.stringContaining('the simulator does not know POST /v2/kubernetes/clusters'),
  });
});

test('broken JSON is a 400, not a fault of the cloud', async () => {
  expect((await account.call('POST', '/v2/vpcs', '{"name":')).body).toMatchObject({ id: 'bad_request' });
});

test('lists come in pages with links to the others', async () => {
  for (const name of ['a', 'b', 'c']) await account.expect(201, 'POST', '/v2/tags', { name });
  const first = await account.expect(200, 'GET', '/v2/tags?per_page=2');
  expect([first.tags.length, first.meta.total]).toEqual([2, 3]);
  expect(first.links.pages).toEqual({
    next: expect.stringContaining('page=2'),
    last: expect.stringContaining('page=2'),
  });
  const { pathname, search } = new URL(first.links.pages.next);
  const second = await account.expect(200, 'GET', pathname + search);
  expect(second.tags.map(({ name }: { name: string }) => name)).toEqual(['c']);
  expect(Object.keys(second.links.pages)).toEqual(['first', 'prev']);
});

test('regions, sizes and images are for sale, at the prices that plans are made with', async () => {
  const { sizes } = await account.expect(200, 'GET', '/v2/sizes?per_page=200');
  expect(sizes.find(({ slug }: { slug: string }) => slug === 's-2vcpu-4gb')).toMatchObject({
    memory: 4096,
    vcpus: 2,
    disk: 80,
    price_monthly: 24,
  });
  const { regions } = await account.expect(200, 'GET', '/v2/regions?per_page=200');
  expect(regions.find(({ slug }: { slug: string }) => slug === 'fra1')).toMatchObject({
    name: 'Frankfurt 1',
    available: true,
    sizes: expect.arrayContaining(['s-1vcpu-1gb']),
  });
  const { image } = await account.expect(200, 'GET', '/v2/images/debian-13-x64');
  expect((await account.expect(200, 'GET', `/v2/images/${image.id}`)).image).toEqual(image);
  await account.expect(404, 'GET', '/v2/images/debian-99-x64');
  expect((await account.expect(200, 'GET', '/v2/images?type=distribution')).meta.total).toBeGreaterThan(3);
  expect((await account.expect(200, 'GET', '/v2/account')).account).toMatchObject({
    status: 'active',
    droplet_limit: 25,
  });
  await account.droplet();
  expect(await account.expect(200, 'GET', '/v2/customers/my/balance')).toMatchObject({ month_to_date_usage: '6.00' });
  expect((await account.expect(200, 'GET', '/v2/snapshots')).snapshots).toEqual([]);
});

test('an account that has a file is found again as it was left, with its running actions done', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-test-'));
  const file = join(folder, 'digitalocean.json');
  try {
    const before = await openAccount({ file, actionMs: 1 });
    const { droplet } = await before.expect(202, 'POST', '/v2/droplets', {
      name: 'web-1',
      region: 'fra1',
      size: 's-1vcpu-1gb',
      image: 'debian-13-x64',
    });
    await before.close();
    const after = await openAccount({ file });
    // The action's millisecond may not be over yet.
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    expect((await after.expect(200, 'GET', `/v2/droplets/${droplet.id}`)).droplet).toMatchObject({
      name: 'web-1',
      status: 'active',
    });
    const { id } = await after.droplet({ name: 'web-2' });
    expect(id).not.toBe(droplet.id);
    await after.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a clock of the caller's is the clock of all time stamps", async () => {
  const clocked = await openAccount({ now: () => new Date('2030-02-03T04:05:06.789Z') });
  expect(await clocked.vpc()).toMatchObject({ created_at: '2030-02-03T04:05:06Z' });
  await clocked.close();
});
