import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../lib/durable-file';

export interface Bundle {
  /** A file that holds it. */
  readonly path: string;
  /** SHA-256 of its bytes. */
  readonly digest: string;
}

const root = join(__dirname, '..');
const cache = join(root, 'node_modules', '.cache', 'berth', 'agent');

/** Folders that a bundle is made from: what the agent and the provisioners may import (eslint.config.mjs). */
const sourceFolders = ['agent', 'provisioners', 'contract', 'definition', 'lib'];

const bundles = new Map<string, Bundle>();

/** The agent as one file for Debian's Node. The same sources and the same packages give the same bytes; made when they changed. */
export const agentBundle = (): Bundle => bundled('agent/main.ts', 'agent.js');

/** What waits for the machine at the end of an apply, as one file for the Node of whoever deploys. */
export const awaitBundle = (): Bundle => bundled('provisioners/convergence-main.ts', 'await.js');

/** What has one machine follow another, likewise. */
export const successionBundle = (): Bundle => bundled('provisioners/replacement-main.ts', 'succession.js');

function bundled(entry: string, file: string): Bundle {
  const known = bundles.get(entry);
  if (known) return known;
  const sources = [
    'package-lock.json',
    ...sourceFolders.flatMap((folder) =>
      (readdirSync(join(root, folder), { recursive: true }) as string[])
        .filter((name) => /\.(ts|json)$/.test(name))
        .map((name) => `${folder}/${name}`)
        .sort(),
    ),
  ];
  const key = createHash('sha256');
  for (const source of sources) key.update(`${source}\0`).update(readFileSync(join(root, source)));
  const folder = join(cache, key.digest('hex').slice(0, 16));
  const path = join(folder, file);
  if (!existsSync(path)) {
    // loaded only now: most synths find the bundle made
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { buildSync } = require('esbuild') as typeof import('esbuild');
    const { outputFiles } = buildSync({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      // ASCII, because Terraform composes letters and their accents in every text that it reads: other bytes than the digest is of
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      minify: true,
      legalComments: 'none',
      charset: 'ascii',
    });
    replaceFile(path, outputFiles[0]!.contents, 0o644, `${path}.${process.pid}.next`);
  }
  const bundle = { path, digest: createHash('sha256').update(readFileSync(path)).digest('hex') };
  bundles.set(entry, bundle);
  return bundle;
}
