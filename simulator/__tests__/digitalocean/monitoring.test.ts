import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

describe('alert policies', () => {
  const request = (fields: object = {}) => ({
    type: 'v1/insights/droplet/cpu',
    description: 'cpu',
    compare: 'GreaterThan',
    value: 90,
    window: '5m',
    entities: [],
    tags: [],
    alerts: { slack: null, email: ['a@example.com'] },
    enabled: true,
    ...fields,
  });

  test('an alert is made with 200, changed whole and deleted', async () => {
    const { id } = await account.droplet();
    const { policy } = await account.expect(200, 'POST', '/v2/monitoring/alerts', request({ entities: [String(id)] }));
    expect(policy).toMatchObject({
      value: 90,
      entities: [String(id)],
      alerts: { email: ['a@example.com'], slack: [] },
    });
    const path = `/v2/monitoring/alerts/${policy.uuid}`;
    expect((await account.expect(200, 'PUT', path, request({ value: 80 }))).policy).toMatchObject({
      uuid: policy.uuid,
      value: 80,
      entities: [],
    });
    expect((await account.expect(200, 'GET', '/v2/monitoring/alerts')).policies).toHaveLength(1);
    await account.expect(204, 'DELETE', path);
    await account.expect(404, 'GET', path);
  });

  test('values are kept as 32 bit floats, as the vendor keeps them', async () => {
    const { policy } = await account.expect(200, 'POST', '/v2/monitoring/alerts', request({ value: 0.1 }));
    expect(policy.value).toBe(0.10000000149011612);
  });

  test.each([
    [{ type: 'v1/insights/droplet/smell' }, 'type is not a known metric'],
    [{ window: '7m' }, 'window must be one of 5m, 10m, 30m, 1h'],
    [{ alerts: { email: [], slack: [] } }, 'at least one email or slack notification is required'],
    [{ entities: ['7'] }, 'entities: droplet 7 was not found'],
  ])('a wrong alert is refused: %j', async (fields, message) => {
    expect(await account.expect(422, 'POST', '/v2/monitoring/alerts', request(fields))).toMatchObject({ message });
  });
});

describe('uptime checks', () => {
  const check = { name: 'site', type: 'https', target: 'https://example.com', regions: ['eu_west'], enabled: true };
  const alert = {
    name: 'down',
    type: 'down',
    threshold: 0,
    comparison: '',
    notifications: { email: ['a@example.com'], slack: null },
    period: '2m',
  };

  test('a check and its alerts are made, changed and deleted', async () => {
    const { check: made } = await account.expect(201, 'POST', '/v2/uptime/checks', check);
    const path = `/v2/uptime/checks/${made.id}`;
    expect((await account.expect(200, 'PUT', path, { ...check, regions: null, enabled: false })).check).toMatchObject({
      regions: [],
      enabled: false,
    });
    const { alert: first } = await account.expect(201, 'POST', `${path}/alerts`, alert);
    expect(first).toEqual({
      id: expect.any(String),
      name: 'down',
      type: 'down',
      threshold: 0,
      notifications: { email: ['a@example.com'], slack: [] },
      period: '2m',
    });
    expect(
      (await account.expect(200, 'PUT', `${path}/alerts/${first.id}`, { ...alert, period: '5m' })).alert.period,
    ).toBe('5m');
    expect((await account.expect(200, 'GET', `${path}/alerts`)).alerts).toHaveLength(1);
    await account.expect(204, 'DELETE', `${path}/alerts/${first.id}`);
    await account.expect(404, 'GET', `${path}/alerts/${first.id}`);
    expect((await account.expect(200, 'GET', `${path}/state`)).state.regions).toHaveProperty('us_east');
    await account.expect(204, 'DELETE', path);
    await account.expect(404, 'POST', `${path}/alerts`, alert);
  });

  test.each([
    [{ target: 'example.com' }, 'target must begin with https:// for a check of type https'],
    [{ type: 'smtp' }, 'type must be one of ping, http, https'],
    [{ regions: ['mars'] }, 'regions must be of us_east, us_west, eu_west, se_asia'],
  ])('a wrong check is refused: %j', async (fields, message) => {
    expect(await account.expect(422, 'POST', '/v2/uptime/checks', { ...check, ...fields })).toMatchObject({ message });
  });

  test('an alert on latency must say how it compares', async () => {
    const {
      check: { id },
    } = await account.expect(201, 'POST', '/v2/uptime/checks', check);
    expect(
      await account.expect(422, 'POST', `/v2/uptime/checks/${id}/alerts`, {
        ...alert,
        type: 'latency',
        threshold: 300,
      }),
    ).toMatchObject({ message: 'comparison is required for an alert of type latency' });
  });
});
