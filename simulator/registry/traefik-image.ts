import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ownArchitecture } from './architecture';
import { authoritiesPath, worldAuthorities } from './caddy-image';
import { go, type Say } from './go-program';
import { createImage, type Image } from './image';
import { kept } from './kept';
import { keptLayer } from './kept-layer';
import { createLayer } from './layer';

/** The release that the program names, and what Go's checksum database says of its sources. */
const release = {
  module: 'github.com/traefik/traefik/v3@v3.6.12',
  sum: 'h1:6pe4s7aaDTQs+AsF7KP3sM/xnq7zOVvibRQe5tw9eFo=',
} as const;

/** A stand-in for the official image of Traefik: the program is compiled from its published sources, which takes minutes, once. */
export async function buildTraefikImage(certificate: string, say?: Say): Promise<Image> {
  const architecture = ownArchitecture();
  const file = await kept(`traefik-${architecture}-${release.sum.slice(3, 15).replace(/\W/g, '')}`, (path) =>
    compile(path, say),
  );
  const program = await keptLayer(
    'traefik',
    { 'usr/local/bin/traefik': { file }, 'etc/traefik/.keep': { text: '' } },
    basename(file),
  );
  const trust = await createLayer({ [authoritiesPath]: { text: `${await worldAuthorities(say)}${certificate}` } });
  return createImage({
    architecture,
    layers: [program, trust],
    config: { Env: ['PATH=/usr/local/bin'], Entrypoint: ['/usr/local/bin/traefik'], ExposedPorts: { '80/tcp': {} } },
  });
}

async function compile(path: string, say?: Say): Promise<void> {
  say?.('compiling Traefik, once: about eight minutes');
  const { Dir, Sum } = JSON.parse(await go(['mod', 'download', '-json', release.module])) as {
    Dir: string;
    Sum: string;
  };
  if (Sum !== release.sum)
    throw new Error(
      `the sources of ${release.module} are not the published ones: their sum is ${Sum}, and shall be ${release.sum}`,
    );
  const folder = mkdtempSync(join(tmpdir(), 'traefik-'));
  try {
    // as a module of its own: some of what it needs is replaced, which only the main module may say
    cpSync(Dir, folder, { recursive: true });
    await go(
      ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid=', '-o', path, './cmd/traefik'],
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
