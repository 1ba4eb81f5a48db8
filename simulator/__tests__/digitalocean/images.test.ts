import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const machine = { name: 'web-1', region: 'fra1', size: 's-1vcpu-1gb', image: 'debian-13-x64' };
const slugs = async (query = '') =>
  (await account.expect(200, 'GET', `/v2/images?per_page=200${query}`)).images.map(
    ({ slug }: { slug: string }) => slug,
  );

test('releases before the newest are still listed, and machines are still made of them', async () => {
  expect(await slugs('&type=distribution')).toEqual(
    expect.arrayContaining(['ubuntu-20-04-x64', 'ubuntu-22-04-x64', 'debian-11-x64', 'debian-12-x64']),
  );
  expect((await account.droplet({ image: 'ubuntu-22-04-x64' })).image).toMatchObject({
    slug: 'ubuntu-22-04-x64',
    distribution: 'Ubuntu',
  });
});

test("a machine's snapshot is an image: listed, renamed, moved, booted from, and deleted", async () => {
  const { id } = await account.droplet();
  const { action } = await account.expect(201, 'POST', `/v2/droplets/${id}/actions`, {
    type: 'snapshot',
    name: 'before',
  });
  expect((await account.expect(200, 'GET', `/v2/actions/${action.id}`)).action.status).toBe('completed');
  const {
    snapshots: [taken],
  } = await account.expect(200, 'GET', `/v2/droplets/${id}/snapshots`);
  expect(taken).toMatchObject({ name: 'before', type: 'snapshot', regions: ['fra1'], min_disk_size: 25 });
  expect((await account.expect(200, 'GET', `/v2/droplets/${id}`)).droplet.snapshot_ids).toEqual([taken.id]);
  expect((await account.expect(200, 'GET', `/v2/snapshots/${taken.id}`)).snapshot).toMatchObject({
    id: String(taken.id),
    resource_id: String(id),
    resource_type: 'droplet',
  });

  const image = `/v2/images/${taken.id}`;
  expect((await account.expect(200, 'PUT', image, { name: 'after' })).image).toMatchObject({
    name: 'after',
    type: 'snapshot',
    slug: null,
    public: false,
  });
  await account.expect(422, 'POST', '/v2/droplets', { ...machine, name: 'far', region: 'ams3', image: taken.id });
  await account.expect(201, 'POST', `${image}/actions`, { type: 'transfer', region: 'ams3' });
  expect((await account.expect(200, 'GET', image)).image.regions).toEqual(['fra1', 'ams3']);
  expect((await account.expect(200, 'GET', `${image}/actions`)).actions).toEqual([
    expect.objectContaining({ type: 'transfer', resource_id: taken.id }),
  ]);
  await account.expect(422, 'POST', '/v2/droplets', {
    ...machine,
    name: 'small',
    size: 's-1vcpu-512mb-10gb',
    image: taken.id,
  });
  const restored = await account.droplet({ name: 'web-2', image: taken.id });

  await account.expect(204, 'DELETE', `/v2/snapshots/${taken.id}`);
  await account.expect(404, 'GET', image);
  await account.expect(422, 'POST', '/v2/droplets', { ...machine, name: 'late', image: taken.id });
  expect((await account.expect(200, 'GET', `/v2/droplets/${restored.id}`)).droplet.image).toMatchObject({
    name: 'after',
    status: 'deleted',
  });
});

test("an uploaded image becomes available, is tagged, and is the account's own", async () => {
  const { image } = await account.expect(202, 'POST', '/v2/images', {
    name: 'mine',
    url: 'https://example.com/a.img',
    region: 'fra1',
    distribution: 'Ubuntu',
    tags: ['base'],
  });
  expect(image.status).toBe('NEW');
  expect((await account.expect(200, 'GET', `/v2/images/${image.id}`)).image).toMatchObject({
    status: 'available',
    type: 'custom',
    tags: ['base'],
  });
  expect((await account.expect(200, 'GET', '/v2/images?private=true')).images).toHaveLength(1);
  expect((await account.expect(200, 'GET', '/v2/images?tag_name=base')).images).toHaveLength(1);
  expect((await account.expect(200, 'GET', '/v2/tags/base')).tag.resources.images.count).toBe(1);
  await account.droplet({ image: image.id });
  await account.expect(204, 'DELETE', `/v2/images/${image.id}`);
  await account.expect(403, 'DELETE', '/v2/images/187000013');
});

test("a volume's snapshot is listed beside machines', makes another volume, and outlives the first", async () => {
  const request = {
    name: 'data',
    region: 'fra1',
    size_gigabytes: 10,
    filesystem_type: 'ext4',
    filesystem_label: 'data',
    description: '',
    snapshot_id: '',
    tags: [],
  };
  const { volume } = await account.expect(201, 'POST', '/v2/volumes', request);
  const body = { volume_id: '', name: 'monday', description: '', tags: ['daily'] };
  const { snapshot } = await account.expect(201, 'POST', `/v2/volumes/${volume.id}/snapshots`, body);
  expect(snapshot).toMatchObject({
    name: 'monday',
    resource_id: volume.id,
    resource_type: 'volume',
    min_disk_size: 10,
    tags: ['daily'],
  });
  expect((await account.expect(200, 'GET', `/v2/volumes/${volume.id}/snapshots`)).snapshots).toEqual([snapshot]);
  expect((await account.expect(200, 'GET', '/v2/snapshots?resource_type=volume')).snapshots).toEqual([snapshot]);
  expect((await account.expect(200, 'GET', '/v2/snapshots?resource_type=droplet')).snapshots).toEqual([]);
  await account.expect(204, 'DELETE', `/v2/volumes/${volume.id}`);

  const copy = { ...request, name: 'copy', filesystem_type: '', filesystem_label: '', snapshot_id: snapshot.id };
  await account.expect(422, 'POST', '/v2/volumes', { ...copy, size_gigabytes: 5 });
  await account.expect(422, 'POST', '/v2/volumes', { ...copy, region: 'ams3' });
  expect((await account.expect(201, 'POST', '/v2/volumes', copy)).volume).toMatchObject({
    filesystem_type: 'ext4',
    filesystem_label: 'data',
  });
  expect((await account.expect(200, 'GET', `/v2/volumes/snapshots/${snapshot.id}`)).snapshot.id).toBe(snapshot.id);
  await account.expect(204, 'DELETE', `/v2/volumes/snapshots/${snapshot.id}`);
  await account.expect(404, 'GET', `/v2/snapshots/${snapshot.id}`);
  await account.expect(404, 'POST', '/v2/volumes', { ...copy, name: 'late' });
});

test('an account that an older program kept has no images of its own yet', async () => {
  const { digitalocean } = account;
  Reflect.deleteProperty(digitalocean.state, 'images');
  const folder = mkdtempSync(join(tmpdir(), 'simulator-test-'));
  writeFileSync(join(folder, 'account.json'), JSON.stringify(digitalocean.state));
  const older = await openAccount({ file: join(folder, 'account.json') });
  try {
    expect((await older.expect(200, 'GET', '/v2/images?private=true')).images).toEqual([]);
  } finally {
    await older.close();
    rmSync(folder, { recursive: true });
  }
});
