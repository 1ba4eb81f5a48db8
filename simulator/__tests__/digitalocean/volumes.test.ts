import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

/** Sent with empty strings, as the real provider does. */
const request = {
  region: 'fra1',
  name: 'data',
  description: '',
  size_gigabytes: 10,
  snapshot_id: '',
  filesystem_type: 'ext4',
  filesystem_label: '',
  tags: [],
};
const make = async (fields: object = {}) =>
  (await account.expect(201, 'POST', '/v2/volumes', { ...request, ...fields })).volume;
const act = (id: string, body: object, status = 202) =>
  account.expect(status, 'POST', `/v2/volumes/${id}/actions`, body);
const look = async (id: string) => (await account.expect(200, 'GET', `/v2/volumes/${id}`)).volume;

test('a volume is attached, grows, is detached and deleted', async () => {
  const volume = await make();
  expect(volume).toMatchObject({
    name: 'data',
    size_gigabytes: 10,
    droplet_ids: [],
    filesystem_type: 'ext4',
    region: { slug: 'fra1' },
  });
  const droplet = await account.droplet();
  const { action } = await act(volume.id, { type: 'attach', droplet_id: droplet.id });
  expect(action).toMatchObject({ type: 'attach', status: 'in-progress' });
  expect((await account.expect(200, 'GET', `/v2/actions/${action.id}`)).action.status).toBe('completed');
  expect(await look(volume.id)).toMatchObject({ droplet_ids: [droplet.id] });
  expect((await account.expect(200, 'GET', `/v2/droplets/${droplet.id}`)).droplet.volume_ids).toEqual([volume.id]);

  await act(volume.id, { type: 'resize', size_gigabytes: 20, region: 'fra1' });
  expect(await look(volume.id)).toMatchObject({ size_gigabytes: 20 });
  expect(await act(volume.id, { type: 'resize', size_gigabytes: 15 }, 422)).toMatchObject({
    message: 'New size must be larger than the current size: volumes can only grow.',
  });

  expect(await account.expect(409, 'DELETE', `/v2/volumes/${volume.id}`)).toMatchObject({
    id: 'conflict',
    message: "A volume that's attached to a Droplet cannot be deleted. Please detach it first before deleting.",
  });
  await act(volume.id, { type: 'detach', droplet_id: droplet.id });
  expect(await look(volume.id)).toMatchObject({ droplet_ids: [] });
  await account.expect(204, 'DELETE', `/v2/volumes/${volume.id}`);
  await account.expect(404, 'GET', `/v2/volumes/${volume.id}`);
});

test('a volume is on one droplet at a time', async () => {
  const volume = await make();
  const [first, second] = [await account.droplet(), await account.droplet({ name: 'web-2' })];
  await act(volume.id, { type: 'attach', droplet_id: first.id });
  expect(await act(volume.id, { type: 'attach', droplet_id: second.id }, 422)).toMatchObject({
    message: 'This volume is already attached to a Droplet: detach it there first.',
  });
  expect(await act(volume.id, { type: 'detach', droplet_id: second.id }, 422)).toMatchObject({
    message: 'Attachment not found',
  });
});

test('a volume outlives its droplet, detached, with its data', async () => {
  const volume = await make();
  const droplet = await account.droplet({ volumes: [volume.id] });
  expect(await look(volume.id)).toMatchObject({ droplet_ids: [droplet.id] });
  await account.expect(204, 'DELETE', `/v2/droplets/${droplet.id}`);
  expect(await look(volume.id)).toMatchObject({ droplet_ids: [], size_gigabytes: 10 });
});

test('a volume can be found, acted on and deleted by its name and region', async () => {
  const volume = await make();
  await make({ region: 'ams3' });
  const { volumes } = await account.expect(200, 'GET', '/v2/volumes?name=data&region=fra1');
  expect(volumes.map(({ id }: { id: string }) => id)).toEqual([volume.id]);
  await account.expect(204, 'DELETE', '/v2/volumes?name=data&region=fra1');
  expect((await account.expect(200, 'GET', '/v2/volumes')).meta.total).toBe(1);
});

test.each([
  [409, {}, 'already exists'],
  [
    422,
    { name: 'Data' },
    'name may only contain lower case letters, digits and "-", must begin with a letter and be at most 64 characters long',
  ],
  [422, { name: 'other', region: 'mars1' }, 'region mars1 is not valid'],
  [422, { name: 'other', size_gigabytes: 0 }, 'size_gigabytes must be at least 1'],
  [422, { name: 'other', filesystem_type: 'zfs' }, 'filesystem_type must be ext4 or xfs'],
  [
    422,
    { name: 'other', filesystem_type: 'xfs', filesystem_label: 'thirteen-long' },
    'filesystem_label is too long (maximum is 12 characters)',
  ],
])('a wrong volume is refused: %i %j', async (status, fields, message) => {
  await make();
  expect(await account.expect(status, 'POST', '/v2/volumes', { ...request, ...fields })).toMatchObject({ message });
});

test('a volume cannot go to a droplet in another region', async () => {
  const volume = await make();
  const { id } = await account.droplet({ region: 'ams3' });
  expect(await act(volume.id, { type: 'attach', droplet_id: id }, 422)).toMatchObject({
    message: 'Volume must be in the same region as the Droplet it is attached to.',
  });
});
