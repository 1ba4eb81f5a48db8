import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createImage, createImageIndex, type ImageContents } from '../../registry/image';
import { packLayer, readLayer } from '../../registry/layer';
import { createRegistry } from '../../registry/registry';
import { standInImages, type StandInImages } from '../../registry/stand-in-images';
import { type Answer, Served } from './served';

const sha256 = (body: Buffer): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;
const unknownDigest = `sha256:${'0'.repeat(64)}`;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

let folder: string;
let images: StandInImages;
let registry: Served;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-registry-'));
  await packLayer({ service: { text: 'a program'.repeat(100) } }, join(folder, 'layer.tar'));
  const contents: ImageContents = {
    architecture: 'amd64',
    layers: [await readLayer(join(folder, 'layer.tar'))],
    config: { Env: ['VERSION=v1'] },
  };
  const v1 = createImage(contents);
  images = standInImages(
    { v1, arm64: createImageIndex([{ ...contents, architecture: 'arm64' }]) },
    { 'library/caddy': () => Promise.resolve({ 2: v1 }) },
  );
  registry = new Served(createRegistry(images, { passwords: ['a-token'] }));
  await registry.open();
});
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`ada:${password}`).toString('base64')}` });
const askToken = (scope: string, headers = {}): Promise<Answer> =>
  registry.ask('ghcr.io', `/token?service=ghcr.io&scope=${encodeURIComponent(scope)}`, headers);

/** Asks ghcr.io as a client does: for a token first. */
async function pull(
  path: string,
  {
    headers = {},
    method = 'GET',
    login = {},
  }: { headers?: Record<string, string>; method?: string; login?: object } = {},
): Promise<Answer> {
  const { token } = (await askToken('repository:acme/web:pull', login)).json() as { token: string };
  return registry.ask('ghcr.io', path, { authorization: `Bearer ${token}`, ...headers }, method);
}

describe('a pull', () => {
  test.each([
    ['ghcr.io by tag', () => pull('/v2/acme/web/manifests/v1')],
    ['ghcr.io by digest', () => pull(`/v2/acme/web/manifests/${images.digestOf('v1')}`)],
    [
      'Docker Hub, which asks nobody for a token',
      () => registry.ask('registry-1.docker.io', '/v2/library/caddy/manifests/2'),
    ],
    ['Docker Hub by its other name', () => registry.ask('index.docker.io', '/v2/library/caddy/manifests/2')],
  ])('from %s leads from the manifest to bytes that have the digests and sizes it names', async (_, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'docker-content-digest': images.digestOf('v1'),
      'content-length': String(answer.body.length),
    });
    expect(sha256(answer.body)).toBe(images.digestOf('v1'));
    const { schemaVersion, mediaType, config, layers } = answer.json() as {
      schemaVersion: number;
      mediaType: string;
      config: Descriptor;
      layers: Descriptor[];
    };
    expect([schemaVersion, mediaType, config.mediaType, ...layers.map((layer) => layer.mediaType)]).toEqual([
      2,
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.oci.image.config.v1+json',
      'application/vnd.oci.image.layer.v1.tar+gzip',
    ]);
    for (const { digest, size } of [config, ...layers]) {
      const blob = await pull(`/v2/acme/web/blobs/${digest}`);
      expect([
        blob.status,
        blob.headers['content-length'],
        blob.headers['docker-content-digest'],
        sha256(blob.body),
        blob.body.length,
      ]).toEqual([200, String(size), digest, digest, size]);
    }
    // what Docker compares after it unpacked a layer
    const { rootfs } = (await pull(`/v2/acme/web/blobs/${config.digest}`)).json() as { rootfs: { diff_ids: string[] } };
    const unpacked = await Promise.all(
      layers.map(async ({ digest }) => sha256(gunzipSync((await pull(`/v2/acme/web/blobs/${digest}`)).body))),
    );
    expect(rootfs.diff_ids).toEqual(unpacked);
  });

  test('an image for another architecture is an index that names no other, so that a pull says so', async () => {
    const answer = await pull('/v2/acme/web/manifests/arm64');
    expect(answer.headers['content-type']).toBe('application/vnd.oci.image.index.v1+json');
    const { manifests } = answer.json() as { manifests: (Descriptor & { platform: object })[] };
    expect(manifests.map(({ platform }) => platform)).toEqual([{ architecture: 'arm64', os: 'linux' }]);
    const inner = await pull(`/v2/acme/web/manifests/${manifests[0]!.digest}`);
    expect([inner.headers['content-type'], inner.body.length, sha256(inner.body)]).toEqual([
      manifests[0]!.mediaType,
      manifests[0]!.size,
      manifests[0]!.digest,
    ]);
  });

  test('HEAD answers as GET does, without a body', async () => {
    const digest = ((await pull('/v2/acme/web/manifests/v1')).json() as { layers: Descriptor[] }).layers[0]!.digest;
    for (const path of ['/v2/acme/web/manifests/v1', `/v2/acme/web/blobs/${digest}`, '/v2/acme/web/tags/list']) {
      const [get, head] = [await pull(path), await pull(path, { method: 'HEAD' })];
      const same = [
        'content-type',
        'content-length',
        'docker-content-digest',
        'docker-distribution-api-version',
        'etag',
      ];
      expect([head.status, head.body.length, ...same.map((name) => head.headers[name])]).toEqual([
        200,
        0,
        ...same.map((name) => get.headers[name]),
      ]);
    }
  });

  test('a layer that was cut off is asked for from where it was', async () => {
    const { digest, size } = ((await pull('/v2/acme/web/manifests/v1')).json() as { layers: Descriptor[] }).layers[0]!;
    const whole = (await pull(`/v2/acme/web/blobs/${digest}`)).body;
    const rest = await pull(`/v2/acme/web/blobs/${digest}`, { headers: { range: 'bytes=50-' } });
    expect([rest.status, rest.headers['content-range'], rest.body.equals(whole.subarray(50))]).toEqual([
      206,
      `bytes 50-${size - 1}/${size}`,
      true,
    ]);
    const some = await pull(`/v2/acme/web/blobs/${digest}`, { headers: { range: 'bytes=50-99' } });
    expect([some.status, some.headers['content-length'], some.body.equals(whole.subarray(50, 100))]).toEqual([
      206,
      '50',
      true,
    ]);
    const none = await pull(`/v2/acme/web/blobs/${digest}`, { headers: { range: `bytes=${size}-` } });
    expect([none.status, none.headers['content-range']]).toEqual([416, `bytes */${size}`]);
  });

  test('the tags of a repository are listed', async () => {
    expect((await pull('/v2/acme/website-web/tags/list')).json()).toEqual({
      name: 'acme/website-web',
      tags: ['arm64', 'v1'],
    });
  });
});

describe('a login', () => {
  const challenge = 'Bearer realm="https://ghcr.io/token",service="ghcr.io"';

  test('ghcr.io sends everybody for a token first, and Docker Hub nobody', async () => {
    const sent = await registry.ask('ghcr.io', '/v2/');
    expect([sent.status, sent.headers['www-authenticate']]).toEqual([401, challenge]);
    expect((await pull('/v2/')).status).toBe(200);
    expect((await registry.ask('registry-1.docker.io', '/v2/')).status).toBe(200);
  });

  test('a private repository is closed to a token that anybody gets, and says where one logs in', async () => {
    const closed = await pull('/v2/acme/private-web/manifests/v1');
    expect([closed.status, closed.headers['www-authenticate']]).toEqual([
      401,
      `${challenge},scope="repository:acme/private-web:pull"`,
    ]);
    expect(closed.json()).toEqual({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
    const refused = await askToken('repository:acme/private-web:pull');
    expect([refused.status, refused.json()]).toEqual([
      401,
      { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] },
    ]);
  });

  test('a private repository opens to the token of a login', async () => {
    expect((await pull('/v2/acme/private-web/manifests/v1', { login: basic('a-token') })).status).toBe(200);
  });

  test('a wrong password is denied, for a public repository too', async () => {
    const denied = await askToken('repository:acme/web:pull', basic('wrong'));
    expect([denied.status, denied.json()]).toEqual([403, { errors: [{ code: 'DENIED', message: 'denied' }] }]);
  });

  test('a token that nobody was given opens nothing', async () => {
    expect(
      (await registry.ask('ghcr.io', '/v2/acme/web/manifests/v1', { authorization: 'Bearer made-up' })).status,
    ).toBe(401);
  });
});

describe("what is not there is said in a registry's own form", () => {
  test.each([
    ['an unknown tag', '/v2/library/caddy/manifests/3', 404, 'MANIFEST_UNKNOWN'],
    ['an unknown digest', `/v2/library/caddy/manifests/${unknownDigest}`, 404, 'MANIFEST_UNKNOWN'],
    ['an unknown blob', `/v2/library/caddy/blobs/${unknownDigest}`, 404, 'BLOB_UNKNOWN'],
    ['a blob by something that is no digest', '/v2/library/caddy/blobs/latest', 400, 'DIGEST_INVALID'],
    ['a manifest by half a digest', '/v2/library/caddy/manifests/sha256:abc', 400, 'DIGEST_INVALID'],
    ['an unknown repository', '/v2/library/nginx/manifests/latest', 404, 'NAME_UNKNOWN'],
    ['a name that none can have', '/v2/Library/caddy/manifests/2', 400, 'NAME_INVALID'],
    ['another path', '/v1/search', 404, 'NOT_FOUND'],
  ])('%s', async (_, path, status, code) => {
    const answer = await registry.ask('registry-1.docker.io', path);
    expect([answer.status, answer.headers['content-type'], answer.json()]).toEqual([
      status,
      'application/json',
      { errors: [expect.objectContaining({ code })] },
    ]);
  });

  test('another host', async () => {
    const answer = await registry.ask('quay.io', '/v2/');
    expect([answer.status, answer.json()]).toEqual([
      404,
      {
        errors: [
          {
            code: 'NAME_UNKNOWN',
            message: 'no registry is simulated at quay.io: there are registry-1.docker.io, index.docker.io, ghcr.io',
          },
        ],
      },
    ]);
  });

  test.each(['PUT', 'POST', 'PATCH', 'DELETE'])('%s: it is read-only', async (method) => {
    const answer = await registry.ask('registry-1.docker.io', '/v2/library/caddy/manifests/2', {}, method);
    expect([answer.status, answer.json()]).toEqual([
      405,
      { errors: [{ code: 'UNSUPPORTED', message: 'The operation is unsupported.' }] },
    ]);
  });

  test('a digest of a tag that no service has names those that there are', () => {
    expect(() => images.digestOf('v99')).toThrow('there is no stand-in image with the tag "v99": there are v1, arm64');
  });
});
