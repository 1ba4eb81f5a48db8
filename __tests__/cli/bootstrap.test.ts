import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { account } from '../../simulator/account';
import { startCloud } from '../../scenario/cloud';
import { createSpaces } from '../../simulator/spaces';
import { Project } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

test('once or twice, it ends with a bucket that keeps versions, taken over by the stack "state"', async () => {
  const cloud = await startCloud();
  try {
    for (const said of ['asset-archive-state is made in fra1', 'asset-archive-state is there already']) {
      const { code, output } = await project.berth(['bootstrap'], { ...cloud.env(), CI: '1' });
      expect([code, code === 0 ? '' : output]).toEqual([0, '']);
      expect(output).toContain(said);
      expect(output).toContain('locks hold: of two conditional writes one won, and a later one was refused');
    }
    expect(cloud.spaces.buckets()).toEqual([
      expect.objectContaining({ name: 'asset-archive-state', region: 'fra1', versioning: 'Enabled' }),
    ]);
    // the state of the state, and nothing of the probe
    expect(cloud.spaces.keys('asset-archive-state')).toEqual(['state/terraform.tfstate']);
  } finally {
    await cloud.close();
  }
}, 120_000);

test.each(['ignored', 'refused'] as const)(
  'a store where conditional writes are %s is not trusted with locks',
  async (conditionalWrites) => {
    const { spaces: owner } = account;
    const spaces = createSpaces({
      conditionalWrites,
      keyOf: (accessKey) =>
        accessKey === owner.accessKey ? { ...owner, grants: [{ bucket: '', permission: 'fullaccess' }] } : undefined,
    });
    const server = http.createServer(spaces.listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { code, output } = await project.berth(['bootstrap'], {
        SPACES_ACCESS_KEY_ID: owner.accessKey,
        SPACES_SECRET_ACCESS_KEY: owner.secretKey,
        AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      });
      expect(code).toBe(1);
      expect(output).toContain('locks would not hold in asset-archive-state');
      expect(spaces.keys('asset-archive-state')).toEqual([]);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  },
);

test('without a key it says which one is needed', async () => {
  expect(await project.berth(['bootstrap'])).toMatchObject({
    code: 1,
    output:
      'SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY are not set: to make a bucket, a Spaces key with full access is needed; to look at an environment or release to it, one that opens its exchange bucket\n',
  });
});
