import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kept, keyOf } from './kept';
import { type Entry, type Layer, packLayer, readLayer } from './layer';

const packer = readFileSync(join(__dirname, 'layer.ts'));

/** A layer that is packed once. `from` tells apart what the entries' paths do not: the name of something that is kept itself. */
export async function keptLayer(name: string, entries: Readonly<Record<string, Entry>>, from = ''): Promise<Layer> {
  // where the cache is has no part in it
  const contents = Object.entries(entries).map(([path, entry]) => [
    path,
    'text' in entry || 'link' in entry ? entry : Object.keys(entry),
  ]);
  return readLayer(
    await kept(`${name}-${keyOf(packer, JSON.stringify(contents), from)}.tar.gz`, (archive) =>
      packLayer(entries, archive),
    ),
  );
}
