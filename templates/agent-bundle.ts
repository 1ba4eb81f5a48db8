import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Bundle {
  /** A file that holds it. */
  readonly path: string;
  /** SHA-256 of its bytes. */
  readonly digest: string;
}

const root = join(__dirname, '..');
const cache = join(root, 'node_modules', '.cache', 'berth', 'agent');

const bundles = new Map<string, Bundle>();

/** The agent as one file for Debian's Node. The same sources and the same packages give the same bytes; made when they changed. */
export const agentBundle = (): Bundle => bundled('main', 'agent.js');

/** What waits for the machine at the end of an apply, as one file for the Node of whoever deploys. */
export const awaitBundle = (): Bundle => bundled('await-main', 'await.js');

/** What has one machine follow another, likewise. */
export const successionBundle = (): Bundle => bundled('succession-main', 'succession.js');

function bundled(entry: string, file: string): Bundle {
  const known = bundles.get(entry);
  if (known) return known;
  const folders = ['agent', 'definition', 'templates/converge'];
  const sources = [
    'package-lock.json',
    ...folders.flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.ts'))
        .sort()
        .map((name) => `${folder}/${name}`),
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
      entryPoints: [`agent/${entry}.ts`],
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
    mkdirSync(folder, { recursive: true });
    const next = join(folder, `${file}.${process.pid}.next`);
    writeFileSync(next, outputFiles[0]!.contents);
    renameSync(next, path);
  }
  const bundle = { path, digest: createHash('sha256').update(readFileSync(path)).digest('hex') };
  bundles.set(entry, bundle);
  return bundle;
}
