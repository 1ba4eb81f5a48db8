import { Vendors } from './vendors';

jest.setTimeout(60_000);

const droplet = { name: 'web', image: 'debian-12-x64', region: 'fra1', size: 's-1vcpu-1gb' };
const message = (text: string) => text.replace(/\s+/g, ' ');

describe('what a person sees when a call to DigitalOcean fails', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await new Vendors().start();
  });
  afterEach(() => vendors.close());

  test("a refusal is worded as the real provider words it, and Terraform adds the resource's address", async () => {
    vendors.write({ 'digitalocean_droplet.web': { ...droplet, size: 's-nothing' } });
    const { code, output } = await vendors.workspace.run('apply', '-auto-approve');
    expect(code).toBe(1);
    expect(message(output)).toMatch(
      /Error: Error creating droplet: POST http:\/\/127\.0\.0\.1:\d+\/v2\/droplets: 422 \(request "[^"]+"\) .+ with digitalocean_droplet\.web, on main\.tf\.json line 1, in resource\.digitalocean_droplet\.web:/,
    );
    expect(vendors.writes()).toEqual(['POST /v2/droplets 422']);
  });

  test('too many requests and errors of the server pass unseen when they end in time', async () => {
    let failures = 0;
    vendors.fault = ({ method }) =>
      method === 'POST' && ++failures <= 4 ? { status: failures % 2 ? 429 : 503 } : undefined;
    vendors.write({ 'digitalocean_tag.a': { name: 'a' } });
    await vendors.workspace.apply();
    expect(vendors.writes()).toEqual([429, 503, 429, 503, 201].map((status) => `POST /v2/tags ${status}`));
  });

  test('after four further attempts the provider gives up and says so', async () => {
    vendors.fault = ({ method }) =>
      method === 'POST' ? { status: 500, body: { id: 'server_error', message: 'Server Error' } } : undefined;
    vendors.write({ 'digitalocean_tag.a': { name: 'a' } });
    const { output } = await vendors.workspace.run('apply', '-auto-approve');
    expect(message(output)).toMatch(
      /Error creating tag: POST \S+\/v2\/tags: 500 Server Error; giving up after 5 attempt\(s\)/,
    );
    expect(vendors.writes()).toHaveLength(5);
  });

  test('a creation that was carried out and not answered is sent again: the vendor has two of it, the state one', async () => {
    let cuts = 0;
    vendors.fault = ({ method, path }) =>
      method === 'POST' && path === '/v2/droplets' && ++cuts === 1 ? 'cut after' : undefined;
    vendors.write({ 'digitalocean_droplet.web': droplet });
    await vendors.workspace.apply();
    const ids = Object.keys(vendors.digitalocean.state.droplets);
    expect(ids).toHaveLength(2);
    expect((await vendors.workspace.state())['digitalocean_droplet.web'].id).toBe(ids[1]);
  });

  test('a connection that is cut before the vendor acts is only tried again', async () => {
    let cuts = 0;
    vendors.fault = ({ method, path }) =>
      method === 'POST' && path === '/v2/droplets' && ++cuts === 1 ? 'cut before' : undefined;
    vendors.write({ 'digitalocean_droplet.web': droplet });
    await vendors.workspace.apply();
    expect(Object.keys(vendors.digitalocean.state.droplets)).toHaveLength(1);
  });

  test('a machine that was made and not followed to its end is tainted, and replaced next time', async () => {
    vendors.fault = ({ method, path }) =>
      method === 'GET' && /droplets\/\d+$/.test(path) ? { status: 403, body: { message: 'no' } } : undefined;
    vendors.write({ 'digitalocean_droplet.web': droplet });
    const { output } = await vendors.workspace.run('apply', '-auto-approve');
    expect(message(output)).toMatch(/Error waiting for droplet \(\d+\) to become ready: GET \S+: 403 no/);
    vendors.fault = undefined;
    expect((await vendors.workspace.state())['digitalocean_droplet.web']).toMatchObject({ tainted: true });
    expect(await vendors.workspace.plan()).toEqual({ 'digitalocean_droplet.web': 'delete,create' });
    await vendors.workspace.apply('plan.bin');
    expect(Object.keys(vendors.digitalocean.state.droplets)).toHaveLength(1);
  });

  test('an interrupt while a machine boots ends the waiting, and the machine is in the state', async () => {
    let looks = 0;
    vendors.fault = ({ method, path }) =>
      method === 'GET' && /droplets\/\d+$/.test(path) && ++looks
        ? { status: 200, body: { droplet: { status: 'new', locked: true } } }
        : undefined;
    vendors.write({ 'digitalocean_droplet.web': droplet });
    const { child, done } = vendors.workspace.start('apply', '-auto-approve', '-no-color');
    while (looks < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    const { code, output } = await done;
    expect(code).toBe(1);
    expect(message(output)).toMatch(/Error waiting for droplet \(\d+\) to become ready: context canceled/);
    vendors.fault = undefined;
    expect((await vendors.workspace.state())['digitalocean_droplet.web']).toMatchObject({ tainted: true });
  });

  test('an update that fails half way is told by the next plan, not lost', async () => {
    vendors.write({ 'digitalocean_droplet.web': droplet });
    await vendors.workspace.apply();
    vendors.write({ 'digitalocean_droplet.web': { ...droplet, name: 'renamed', size: 's-1vcpu-2gb' } });
    let actions = 0;
    vendors.fault = ({ method, path }) =>
      method === 'POST' && path.endsWith('/actions') && ++actions === 4
        ? { status: 422, body: { message: 'not now' } }
        : undefined;
    const { output } = await vendors.workspace.run('apply', '-auto-approve');
    expect(message(output)).toMatch(/Error renaming droplet \(\d+\): POST \S+: 422 not now/);
    vendors.fault = undefined;
    expect(await vendors.workspace.plan()).toEqual({ 'digitalocean_droplet.web': 'update' });
    await vendors.workspace.apply('plan.bin');
    expect(Object.values(vendors.digitalocean.state.droplets)[0]).toMatchObject({
      name: 'renamed',
      size: 's-1vcpu-2gb',
      status: 'active',
    });
  });

  test('a wrong token is said as the vendor says it', async () => {
    vendors.write({ 'digitalocean_tag.a': { name: 'a' } }, { provider: { digitalocean: { token: 'wrong' } } });
    const { output } = await vendors.workspace.run('apply', '-auto-approve');
    expect(message(output)).toMatch(
      /Error creating tag: POST \S+: 401 (\(request "[^"]+"\) )?Unable to authenticate you/,
    );
  });

  test('what is gone is planned anew, and deleting it again is an error only where the real provider makes it one', async () => {
    vendors.write({
      'digitalocean_droplet.a': droplet,
      'digitalocean_tag.b': { name: 'b' },
      'digitalocean_volume.c': { name: 'c', region: 'fra1', size: 1 },
    });
    await vendors.workspace.apply();
    const { state } = vendors.digitalocean;
    for (const table of [state.droplets, state.volumes])
      for (const id of Object.keys(table)) delete (table as Record<string, unknown>)[id];
    expect(await vendors.workspace.plan()).toEqual({
      'digitalocean_droplet.a': 'create',
      'digitalocean_volume.c': 'create',
    });
    const { code, output } = await vendors.workspace.run('destroy', '-auto-approve', '-refresh=false');
    expect(code).toBe(1);
    expect(message(output)).toMatch(/Error deleting volume: DELETE \S+: 404/);
    expect(Object.keys(await vendors.workspace.state())).toEqual(['digitalocean_volume.c']);
  });
});

describe('replacing a machine behind a reserved address', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await new Vendors().start();
  });
  afterEach(() => vendors.close());

  test('with create_before_destroy the address goes straight to the new machine', async () => {
    const lifecycle = { create_before_destroy: true };
    const resources = (userData: string) => ({
      'digitalocean_droplet.web': { ...droplet, user_data: userData, lifecycle },
      'digitalocean_reserved_ip.web': { region: 'fra1' },
      'digitalocean_reserved_ip_assignment.web': {
        droplet_id: '${digitalocean_droplet.web.id}',
        ip_address: '${digitalocean_reserved_ip.web.ip_address}',
        lifecycle,
      },
    });
    vendors.write(resources('one'));
    await vendors.workspace.apply();
    vendors.write(resources('two'));
    expect(await vendors.workspace.plan()).toEqual({
      'digitalocean_droplet.web': 'create,delete',
      'digitalocean_reserved_ip_assignment.web': 'create,delete',
    });
    const [old] = Object.keys(vendors.digitalocean.state.droplets);
    vendors.writes();
    await vendors.workspace.apply('plan.bin');
    const [machine] = Object.values(vendors.digitalocean.state.droplets);
    expect(machine.user_data).toBe('two');
    const [address] = Object.keys(vendors.digitalocean.state.reserved_ips);
    expect(vendors.writes()).toEqual([
      'POST /v2/droplets 202',
      `POST /v2/reserved_ips/${address}/actions 201`,
      `DELETE /v2/droplets/${old} 204`,
    ]);
    expect(await vendors.workspace.plan()).toEqual({});
  });

  test('a fraction that the provider keeps in 32 bits is planned again each time', async () => {
    const alert = {
      description: 'load',
      type: 'v1/insights/droplet/load_1',
      compare: 'GreaterThan',
      value: 0.1,
      window: '5m',
      alerts: { email: ['a@acme.example'] },
    };
    vendors.write({ 'digitalocean_monitor_alert.load': alert });
    await vendors.workspace.apply();
    expect(await vendors.workspace.plan()).toEqual({ 'digitalocean_monitor_alert.load': 'update' });
    vendors.write({ 'digitalocean_monitor_alert.load': { ...alert, value: 0.5 } });
    await vendors.workspace.apply();
    expect(await vendors.workspace.plan()).toEqual({});
  });
});
