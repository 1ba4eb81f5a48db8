import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const make = async (fields: object = {}) =>
  (
    await account.expect(201, 'POST', '/v2/projects', {
      name: 'shop',
      description: '',
      purpose: 'Web Application',
      environment: 'Production',
      ...fields,
    })
  ).project;
const urns = async (project: string) => {
  const {
    project: { id },
  } = await account.expect(200, 'GET', `/v2/projects/${project}`);
  const { resources } = await account.expect(200, 'GET', `/v2/projects/${id}/resources?page=1&per_page=200`);
  return resources.map(({ urn }: { urn: string }) => urn);
};

test('new resources land in the default project and move to another', async () => {
  const droplet = await account.droplet();
  const { volume } = await account.expect(201, 'POST', '/v2/volumes', {
    name: 'data',
    region: 'fra1',
    size_gigabytes: 1,
  });
  await account.expect(201, 'POST', '/v2/domains', { name: 'example.com' });
  expect(await urns('default')).toEqual([
    `do:droplet:${droplet.id}`,
    `do:volume:${volume.id}`,
    'do:domain:example.com',
  ]);

  const project = await make();
  const { resources } = await account.expect(200, 'POST', `/v2/projects/${project.id}/resources`, {
    resources: [`do:droplet:${droplet.id}`, 'do:droplet:7', 'do:space:bucket'],
  });
  expect(resources.map(({ urn, status }: Record<string, string>) => `${urn} ${status}`)).toEqual([
    `do:droplet:${droplet.id} assigned`,
    'do:droplet:7 not_found',
    'do:space:bucket assigned',
  ]);
  expect(await urns(project.id)).toEqual([`do:droplet:${droplet.id}`, 'do:space:bucket']);
  expect(await urns('default')).toEqual([`do:volume:${volume.id}`, 'do:domain:example.com']);
});

test('a reserved address is answered as a floating one, and moves with its droplet only', async () => {
  const droplet = await account.droplet();
  const {
    reserved_ip: { ip },
  } = await account.expect(202, 'POST', '/v2/reserved_ips', { region: 'fra1' });
  await account.expect(201, 'POST', `/v2/reserved_ips/${ip}/actions`, { type: 'assign', droplet_id: droplet.id });
  const project = await make();
  const path = `/v2/projects/${project.id}/resources`;
  expect(await account.expect(412, 'POST', path, { resources: [`do:reservedip:${ip}`] })).toMatchObject({
    message: 'Cannot move a Reserved IP with an associated Droplet. Move the Droplet instead',
  });
  await account.expect(200, 'POST', path, { resources: [`do:droplet:${droplet.id}`] });
  expect(await urns(project.id)).toEqual([`do:droplet:${droplet.id}`, `do:floatingip:${ip}`]);
});

test('a project with resources cannot be deleted, nor the default one', async () => {
  const droplet = await account.droplet();
  const project = await make();
  const move = (to: string) =>
    account.expect(200, 'POST', `/v2/projects/${to}/resources`, { resources: [`do:droplet:${droplet.id}`] });
  await move(project.id);
  await account.expect(412, 'DELETE', `/v2/projects/${project.id}`);
  await move('default');
  await account.expect(204, 'DELETE', `/v2/projects/${project.id}`);
  await account.expect(404, 'GET', `/v2/projects/${project.id}`);
  const { project: own } = await account.expect(200, 'GET', '/v2/projects/default');
  await account.expect(403, 'DELETE', `/v2/projects/${own.id}`);
});

test("purpose and environment come back in the vendor's spelling, and the default can be handed on", async () => {
  const project = await make({ purpose: 'Selling shoes' });
  expect(project).toMatchObject({ purpose: 'Other: Selling shoes', environment: 'Production', is_default: false });
  const { project: changed } = await account.expect(200, 'PATCH', `/v2/projects/${project.id}`, {
    environment: 'Staging',
    is_default: true,
  });
  expect(changed).toMatchObject({ environment: 'Staging', is_default: true, name: 'shop' });
  expect((await account.expect(200, 'GET', '/v2/projects/default')).project.id).toBe(project.id);
  expect(await account.expect(409, 'POST', '/v2/projects', { name: 'shop', purpose: 'IoT' })).toMatchObject({
    message: 'name is already in use',
  });
});

describe('tags', () => {
  const tag = async (name: string) => (await account.expect(200, 'GET', `/v2/tags/${name}`)).tag;

  test('a tag that is called as JavaScript calls its own things is there only once it was made', async () => {
    await account.expect(404, 'GET', '/v2/tags/constructor');
    await account.expect(201, 'POST', '/v2/tags', { name: 'constructor' });
    expect((await account.expect(200, 'GET', '/v2/tags/constructor')).tag.name).toBe('constructor');
  });

  test('tags made with a droplet exist, are counted, and keep their spelling', async () => {
    const { id } = await account.droplet({ tags: ['Web'] });
    expect(await tag('web')).toMatchObject({ name: 'Web', resources: { count: 1, droplets: { count: 1 } } });
    expect((await account.expect(201, 'POST', '/v2/tags', { name: 'WEB' })).tag.name).toBe('Web');
    await account.expect(204, 'DELETE', '/v2/tags/web/resources', {
      resources: [{ resource_id: String(id), resource_type: 'droplet' }],
    });
    expect((await tag('web')).resources.count).toBe(0);
  });

  test('a droplet can be tagged later, and a deleted tag leaves everything', async () => {
    const { id } = await account.droplet();
    const resources = [{ resource_id: String(id), resource_type: 'droplet' }];
    await account.expect(404, 'POST', '/v2/tags/blue/resources', { resources });
    await account.expect(201, 'POST', '/v2/tags', { name: 'blue' });
    await account.expect(204, 'POST', '/v2/tags/blue/resources', { resources });
    expect((await account.expect(200, 'GET', `/v2/droplets/${id}`)).droplet.tags).toEqual(['blue']);
    await account.expect(204, 'DELETE', '/v2/tags/blue');
    expect((await account.expect(200, 'GET', `/v2/droplets/${id}`)).droplet.tags).toEqual([]);
    await account.expect(404, 'DELETE', '/v2/tags/blue');
  });
});

test.each(['do:vpc:', 'do:firewall:', 'do:sshkey:'])(
  '%s… belongs to no project: the provider reports that it could not assign it',
  async (urn) => {
    const { project } = await account.expect(201, 'POST', '/v2/projects', { name: 'p', purpose: 'IoT' });
    const { id } = await account.vpc();
    const { message } = await account.expect(422, 'POST', `/v2/projects/${project.id}/resources`, {
      resources: [`${urn}${id}`],
    });
    expect(message).toMatch(/cannot be assigned to a project: its type must be one of app, dbaas, domain, droplet/);
  },
);
