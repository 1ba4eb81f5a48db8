import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { onHost } from '../machines/host-command';
import type { Blob } from './blob';

/** What lies at a path of an image. */
export type Entry =
  { readonly file: string } | { readonly folder: string } | { readonly text: string } | { readonly link: string };

/** One layer of an image: a compressed archive, and the digest of the archive itself, which is compared after unpacking. */
export type Layer = Blob & { readonly contents: string };

// the same files make the same bytes: no times, no owners, no order of the disk, and no umask
const plain = [
  '--format=ustar',
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=u+rwX,go+rX,go-w',
];

/** Packs entries, by their paths in the image, into an archive. */
export async function packLayer(entries: Readonly<Record<string, Entry>>, archive: string): Promise<void> {
  const stage = await mkdtemp(join(tmpdir(), 'simulator-layer-'));
  try {
    for (const [path, entry] of Object.entries(entries)) {
      const target = join(stage, path);
      await mkdir(dirname(target), { recursive: true });
      if ('file' in entry) await copyFile(entry.file, target);
      else if ('folder' in entry) await cp(entry.folder, target, { recursive: true, verbatimSymlinks: true });
      else if ('text' in entry) await writeFile(target, entry.text);
      else await symlink(entry.link, target);
    }
    await onHost('tar', ['--create', '--file', `${stage}.tar`, ...plain, '--directory', stage, '.']);
    await pipeline(createReadStream(`${stage}.tar`), createGzip({ level: 1 }), createWriteStream(archive));
  } finally {
    await Promise.all([stage, `${stage}.tar`].map((path) => rm(path, { recursive: true, force: true })));
  }
}

/** A layer that lies in a file. */
export async function readLayer(file: string): Promise<Layer> {
  const [digest, contents] = await Promise.all([
    digestOf(createReadStream(file)),
    digestOf(createReadStream(file).pipe(createGunzip())),
  ]);
  return { file, digest, size: statSync(file).size, contents };
}

/** A small layer, packed for the moment. */
export async function createLayer(entries: Readonly<Record<string, Entry>>): Promise<Layer> {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-layer-'));
  try {
    const { digest, size, contents } = await packLayer(entries, join(folder, 'layer')).then(() =>
      readLayer(join(folder, 'layer')),
    );
    return { digest, size, contents, body: await readFile(join(folder, 'layer')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function digestOf(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(stream, hash);
  return `sha256:${hash.digest('hex')}`;
}
