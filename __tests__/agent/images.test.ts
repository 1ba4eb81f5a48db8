import { Docker } from '../../agent/docker';
import { pruneImages } from '../../agent/prune-images';
import { ensureImage, fetchImages } from '../../agent/images';
import type { Revision } from '../../contract/release';
import { proxyOf, proxySpec } from '../../agent/render/proxy';
import { serviceSpec } from '../../agent/render/service-spec';
import { DockerEngine } from './docker-engine';
import { FakeHost } from './fake-host';

let engine: DockerEngine;
beforeEach(async () => {
  engine = await new DockerEngine().start();
});
afterEach(() => engine.close());

const image = (digit: string): string => `ghcr.io/acme/web@sha256:${digit.repeat(64)}`;
const docker = (): Docker => new Docker(engine.socket);

describe('an image is there before anything is touched', () => {
  test('it is fetched when it is not here, and not twice', async () => {
    engine.registry.set(image('a'), {});
    await ensureImage(docker(), image('a'));
    await ensureImage(docker(), image('a'));
    expect(engine.changes).toEqual([`POST /images/create${image('a')}`]);
  });

  const own = process.arch === 'x64' ? 'amd64' : process.arch;
  test.each<[string, { error?: string; architecture?: string } | undefined, string]>([
    ['one that nobody pushed', undefined, `ghcr.io has no such image: ${image('b')}`],
    [
      'a package that is not public',
      { error: 'Head "https://ghcr.io/v2/acme/web/manifests/x": unauthorized' },
      'ghcr.io wants a login for ghcr.io/acme/web: name who may fetch it in the environment\'s registries, and set the secret, or make it public (Head "https://ghcr.io/v2/acme/web/manifests/x": unauthorized)',
    ],
    [
      'one for other processors, as the registry says',
      { error: 'no matching manifest for linux/amd64 in the manifest list entries' },
      `${image('b')} is not built for this machine's architecture (no matching manifest for linux/amd64 in the manifest list entries)`,
    ],
    [
      'one for other processors, as the image says',
      { architecture: 's390x' },
      `${image('b')} is built for s390x, and this machine is ${own}: build it for linux/${own}`,
    ],
    [
      'a registry that is away',
      { error: 'dial tcp 192.0.2.1:443: connect: connection refused' },
      `${image('b')} could not be fetched: dial tcp 192.0.2.1:443: connect: connection refused`,
    ],
  ])('%s is refused with what to do', async (_, found, message) => {
    if (found) engine.registry.set(image('b'), found);
    await expect(ensureImage(docker(), image('b'))).rejects.toMatchObject({ message });
  });

  test('a machine without the key to logins fetches what it can, and leaves the rest of those registries for later', async () => {
    const elsewhere = `registry.example.org/acme/api@sha256:${'f'.repeat(64)}`;
    engine.registry.set(image('a'), {});
    engine.registry.set(image('c'), { login: { host: 'ghcr.io', user: 'ada', password: 'canary' } });
    expect(await fetchImages(docker(), [image('c'), image('a'), elsewhere], { 'ghcr.io': {} })).toEqual([
      `registry.example.org has no such image: ${elsewhere}`,
    ]);
    expect(engine.changes).toContain(`POST /images/create${image('a')}`);
  });

  test('one that asks for a login gets that of its own registry, and no other does', async () => {
    const [own, other] = ['ghcr.io', 'registry.example.org'].map((host) => ({
      host,
      user: 'ada',
      password: `canary of ${host}`,
    }));
    engine.registry.set(image('c'), { login: own });
    await expect(ensureImage(docker(), image('c'), [other!])).rejects.toThrow(
      'ghcr.io wants a login for ghcr.io/acme/web',
    );
    await ensureImage(docker(), image('c'), [other!, own!]);
    expect(engine.images.has(image('c'))).toBe(true);
  });

  test('no Docker is said in so many words', async () => {
    await expect(ensureImage(new Docker(`${engine.socket}.not`), image('a'))).rejects.toThrow('docker is not running');
  });
});

const proxyImage = proxyOf({}).image;

describe('images that nobody needs are removed', () => {
  const revision = (id: string, state: Revision['state']): Revision => ({
    id,
    state,
    service: 'web',
    image: image(id),
    startedAt: '',
    lines: [],
  });
  const revisions = [...'12345']
    .map((id) => revision(id, 'healthy'))
    .concat(revision('6', 'failed'), revision('7', 'rolling out'), revision('8', 'rolled back'));

  async function left(free: number): Promise<{ images: string; ran: string[] }> {
    for (const each of [...revisions.map((found) => found.image), proxyImage, 'somebody/else@sha256:1']) {
      engine.registry.set(each, {});
      await docker().pull(each);
    }
    // what runs stays, whatever the ledger says
    engine.add(
      serviceSpec(
        'web',
        { kind: 'web', image: '', port: 1, replicas: 1, memory: 64, cpu: 100, stopGrace: 1 },
        image('1'),
        {},
        { gateway: '', cpuLimits: false, network: '' },
      ),
    );
    engine.add(proxySpec(proxyOf({}), { network: '' }));
    const machine = new FakeHost();
    await pruneImages(
      docker(),
      machine,
      { revisions: (service) => (service === 'web' ? revisions : []) },
      ['web', 'api'],
      { total: 1000, free },
      () => undefined,
    );
    return {
      images: [...engine.images.keys()]
        .map((each) => (each === proxyImage ? 'p' : each.at(-1)))
        .sort()
        .join(''),
      ran: machine.ran,
    };
  }

  test.each([
    ['with room, what runs, three to go back to and what is rolling out stay', 500, '13457p', []],
    ['below a tenth free, only what runs and is rolling out', 99, '157p', []],
    ['below a twentieth, the journal is cut as well', 49, '157p', ['journalctl --vacuum-size=200M']],
  ])('%s', async (_, free, images, ran) => {
    expect(await left(free)).toEqual({ images, ran });
  });
});
