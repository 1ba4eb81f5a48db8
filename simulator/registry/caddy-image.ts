import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onHost } from '../machines/host-command';
import { findMirrors } from '../machines/mirror';
import { ownArchitecture } from './architecture';
import { go, type Say } from './go-program';
import { createImage, type Image } from './image';
import { kept, keyOf } from './kept';
import { keptLayer } from './kept-layer';
import { createLayer } from './layer';
import { probeLayer } from './program-layers';

/** The release that machines run (`agent/render/proxy.ts`), and what Go's checksum database says of its sources. */
export const caddyRelease = {
  module: 'github.com/caddyserver/caddy/v2',
  version: 'v2.10.2',
  sum: 'h1:g/gTYjGMD0dec+UgMw8SnfmJ3I9+M2TdvoRL/Ovu6U8=',
} as const;
const linking = `-ldflags=-s -w -buildid= -X ${caddyRelease.module}.CustomVersion=${caddyRelease.version}`;

const script = join(__dirname, 'fetch-authorities.sh');
const suite = 'trixie';
/** Where Go's programs look for whom to trust. */
export const authoritiesPath = 'etc/ssl/certs/ca-certificates.crt';

/** What is in a container of the official image that does not say otherwise. */
const welcome = ':80 {\n\trespond "caddy runs, without a configuration of its own"\n}\n';

const emptyFolders = Object.fromEntries(
  ['data/caddy', 'config/caddy', 'srv'].map((folder) => [`${folder}/.keep`, { text: '' }]),
);

/** The authorities that Debian trusts, in one file. */
export const worldAuthorities = async (say?: Say): Promise<string> =>
  readFileSync(
    await kept(`authorities-${keyOf(readFileSync(script))}.crt`, async (path) => {
      say?.('fetching the authorities that Debian trusts, once');
      const { debian, security } = findMirrors();
      await onHost('bash', [script, path, suite, debian.href, security.href]);
    }),
    'utf8',
  );

/** Caddy, compiled from its published sources: some minutes, once. */
export const caddyProgram = (say?: Say): Promise<string> =>
  kept(`caddy-${ownArchitecture()}-${keyOf(linking, ...Object.values(caddyRelease))}`, async (path) => {
    say?.('compiling Caddy, once: about two minutes');
    const { module, version, sum } = caddyRelease;
    const { Sum } = JSON.parse(await go(['mod', 'download', '-json', `${module}@${version}`])) as { Sum: string };
    if (Sum !== sum)
      throw new Error(
        `the sources of ${module}@${version} are not the published ones: their sum is ${Sum}, and shall be ${sum}`,
      );
    const folder = mkdtempSync(join(tmpdir(), 'caddy-'));
    try {
      await go(['install', '-trimpath', linking, `${module}/cmd/caddy@${version}`], folder, {
        GOBIN: folder,
        GOTOOLCHAIN: 'auto',
      });
      await copyFile(join(folder, 'caddy'), path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

/**
 * A stand-in for the official image of Caddy: the same release, compiled from its sources, with the official command and folders. It
 * trusts `certificate` beside the world's authorities.
 */
export async function buildCaddyImage(certificate: string, say?: Say): Promise<Image> {
  const architecture = ownArchitecture();
  const [file, world] = await Promise.all([caddyProgram(say), worldAuthorities(say)]);
  // the official image stands on Alpine, which has no curl
  const probe = await probeLayer(['sh', 'wget'], say);
  const program = await keptLayer(
    'caddy',
    { 'usr/bin/caddy': { file }, 'etc/caddy/Caddyfile': { text: welcome }, ...emptyFolders },
    basename(file),
  );
  const trust = await createLayer({ [authoritiesPath]: { text: `${world}${certificate}` } });
  return createImage({
    architecture,
    layers: [probe, program, trust],
    config: {
      Env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'XDG_CONFIG_HOME=/config',
        'XDG_DATA_HOME=/data',
      ],
      Cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
      WorkingDir: '/srv',
      ExposedPorts: { '80/tcp': {}, '443/tcp': {}, '443/udp': {}, '2019/tcp': {} },
    },
  });
}
