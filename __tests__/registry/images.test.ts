import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { buildCaddyImage, caddyRelease } from '../../simulator/registry/caddy-image';
import type { Image, Manifest } from '../../simulator/registry/image';
import { buildServiceImages } from '../../simulator/registry/service-images';
import { serviceTags } from '../../simulator/registry/service-tags';
import { proxyOf } from '../../agent/render/proxy';
import { suiteOfPrograms } from '../../simulator/__tests__/registry/programs';

const environment = { ...process.env };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-images-'));
});
afterEach(() => {
  process.env = { ...environment };
  rmSync(folder, { recursive: true, force: true });
});

interface Config {
  readonly architecture: string;
  readonly config: { User?: string; Env: string[]; Entrypoint?: string[]; Cmd?: string[] };
}

const parse = <T>(body: Buffer): T => JSON.parse(body.toString()) as T;
const blobOf = (image: Image, digest: string) => image.blobs.find((blob) => blob.digest === digest)!;

function configOf(image: Image, manifest: Manifest): Config {
  const blob = blobOf(image, parse<{ config: { digest: string } }>(manifest.body).config.digest);
  if (!('body' in blob)) throw new Error('a configuration is at hand');
  return parse(blob.body);
}

/** What the layers of an image make together, as a container sees it. */
function unpack(image: Image): string {
  const root = join(folder, 'root');
  mkdirSync(root);
  for (const { digest } of parse<{ layers: { digest: string }[] }>(image.manifests.at(-1)!.body).layers) {
    const blob = blobOf(image, digest);
    const archive = 'file' in blob ? readFileSync(blob.file) : blob.body;
    execFileSync('tar', ['--extract', '--gzip', '--directory', root], { input: archive });
  }
  return root;
}

suiteOfPrograms('stand-in images', () => {
  test("a service's images are the same to the byte when they are built again, in another place and by another user", async () => {
    const digests = (images: Record<string, Image>) =>
      Object.fromEntries(Object.entries(images).map(([tag, { digest }]) => [tag, digest]));
    const first = digests(await buildServiceImages());
    // Go's own cache stays where it is: what is compiled anew is what is packed
    process.env.GOCACHE ??= join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'go-build');
    process.env.SIMULATOR_CACHE = folder;
    const umask = process.umask(0o077);
    try {
      expect(digests(await buildServiceImages())).toEqual(first);
    } finally {
      process.umask(umask);
    }
    expect(new Set(Object.values(first)).size).toBe(serviceTags.length);
  });

  test('a service runs as nobody in particular, and goes as its tag says', async () => {
    const images = await buildServiceImages();
    const variables = (tag: string) => configOf(images[tag]!, images[tag]!.manifests.at(-1)!).config.Env.slice(1);
    expect(configOf(images.v1!, images.v1!.manifests[0]!).config).toMatchObject({
      User: '65532',
      Entrypoint: ['/service'],
    });
    expect(Object.fromEntries(['v1', 'v50', 'crash', 'unhealthy', 'slow'].map((tag) => [tag, variables(tag)]))).toEqual(
      {
        v1: ['VERSION=v1'],
        v50: ['VERSION=v50'],
        crash: ['VERSION=crash', 'CRASH=config: DATABASE_URL is not set'],
        unhealthy: ['VERSION=unhealthy', expect.stringMatching(/^NEVER_HEALTHY=./)],
        slow: ['VERSION=slow', 'HEALTHY_AFTER_MS=8000'],
      },
    );
    const here = process.arch === 'arm64' ? 'arm64' : 'amd64';
    expect([
      configOf(images.v1!, images.v1!.manifests[0]!).architecture,
      configOf(images.arm64!, images.arm64!.manifests[1]!).architecture === here,
    ]).toEqual([here, false]);
  });

  test('what a service and its health check need is in its image, and it is static', async () => {
    const root = unpack((await buildServiceImages()).v1!);
    for (const path of ['service', 'bin/sh', 'bin/wget', 'bin/curl']) execFileSync('test', ['-x', join(root, path)]);
    expect(
      execFileSync(join(root, 'service'), ['report'], { env: { SERVICE: 'job', VERSION: 'v1' }, encoding: 'utf8' }),
    ).toBe('job v1 runs report\njob v1 did report\n');
    // a program that needs a loader names it
    expect(readFileSync(join(root, 'service')).includes('ld-linux')).toBe(false);
  });

  const why = whyNoMachine();
  (why ? test.skip : test)(
    `Caddy runs with what is in its image alone, and trusts the rehearsal's authority beside the world's${why ? ` (skipped: ${why})` : ''}`,
    async () => {
      const image = await buildCaddyImage('-----BEGIN CERTIFICATE-----\nours\n');
      expect(configOf(image, image.manifests[0]!).config).toMatchObject({
        Cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
      });
      const root = unpack(image);
      const trusted = readFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), 'utf8');
      expect([
        trusted.split('-----BEGIN').length > 100,
        trusted.endsWith('-----BEGIN CERTIFICATE-----\nours\n'),
      ]).toEqual([true, true]);
      const adapted = execFileSync(
        '/usr/sbin/chroot',
        [root, '/usr/bin/caddy', 'adapt', '--config', '/etc/caddy/Caddyfile'],
        { env: { HOME: '/' }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      );
      expect(JSON.parse(adapted)).toHaveProperty('apps.http.servers.srv0');
      expect((await buildCaddyImage('another')).digest).not.toBe(image.digest);
    },
    10 * 60_000,
  );

  test('the Caddy of a rehearsal is the release that machines run', () => {
    expect(`caddy:${caddyRelease.version.slice(1)}`).toBe(proxyOf({}).image);
  });
});
