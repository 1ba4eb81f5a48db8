import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { onHost } from '../machines/host-command';
import { findMirrors } from '../machines/mirror';
import { ownArchitecture } from './architecture';
import type { Say } from './go-program';
import { createImage, type Image } from './image';
import { kept, keyOf } from './kept';
import { keptLayer } from './kept-layer';
import { createLayer } from './layer';
import { probeLayer } from './program-layers';

const script = join(__dirname, 'fetch-caddy.sh');
const suite = 'trixie';
/** Where Go's programs look for whom to trust. */
export const authorities = 'etc/ssl/certs/ca-certificates.crt';

/** What is in a container of the official image that does not say otherwise. */
const welcome = ':80 {\n\trespond "caddy runs, without a configuration of its own"\n}\n';

const emptyFolders = Object.fromEntries(['data/caddy', 'config/caddy', 'srv'].map((folder) => [`${folder}/.keep`, { text: '' }]));

/** Debian's Caddy and the authorities that Debian trusts, as files below a folder. */
export const caddyRoot = (say?: Say): Promise<string> => kept(`caddy-${ownArchitecture()}-${keyOf(readFileSync(script))}`, async (folder) => {
  say?.('fetching Caddy from Debian\'s mirror, once');
  const { debian, security } = findMirrors();
  await onHost('bash', [script, folder, suite, debian.href, security.href]);
});

/**
 * A stand-in for the official image of Caddy: the program is the one in Debian, command and folders are the official ones. It
 * trusts `certificate` beside the world's authorities.
 */
export async function buildCaddyImage(certificate: string, say?: Say): Promise<Image> {
  const architecture = ownArchitecture();
  const root = await caddyRoot(say);
  // the official image stands on Alpine, which has no curl
  const probe = await probeLayer(['sh', 'wget'], say);
  const program = await keptLayer('caddy', { '.': { folder: root }, 'etc/caddy/Caddyfile': { text: welcome }, ...emptyFolders }, basename(root));
  const trust = await createLayer({ [authorities]: { text: `${readFileSync(join(root, authorities), 'utf8')}${certificate}` } });
  return createImage({
    architecture,
    layers: [probe, program, trust],
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'XDG_CONFIG_HOME=/config', 'XDG_DATA_HOME=/data'],
      Cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
      WorkingDir: '/srv',
      ExposedPorts: { '80/tcp': {}, '443/tcp': {}, '443/udp': {}, '2019/tcp': {} },
    },
  });
}
