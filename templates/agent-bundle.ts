import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AgentBundle {
  /** A file that holds it. */
  readonly path: string;
  /** SHA-256 of its bytes. */
  readonly digest: string;
}

const root = join(__dirname, '..');
const cache = join(root, 'node_modules', '.cache', 'berth', 'agent');

let bundle: AgentBundle | undefined;

/** The agent as one file for Debian's Node. The same sources and the same packages give the same bytes; made when they changed. */
export function agentBundle(): AgentBundle {
  return bundle ??= bundled();
}

function bundled(): AgentBundle {
  const sources = ['package-lock.json', 'templates/converge/desired-key.ts', ...readdirSync(join(root, 'agent')).sort().map((name) => `agent/${name}`)];
  const key = createHash('sha256');
  for (const source of sources) key.update(`${source}\0`).update(readFileSync(join(root, source)));
  const folder = join(cache, key.digest('hex').slice(0, 16));
  const path = join(folder, 'agent.js');
  if (!existsSync(path)) {
    // loaded only now: most synths find the bundle made
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { buildSync } = require('esbuild') as typeof import('esbuild');
    const { outputFiles } = buildSync({
      absWorkingDir: root, entryPoints: ['agent/main.ts'], bundle: true, write: false,
      platform: 'node', target: 'node20', format: 'cjs', minify: true, legalComments: 'none', charset: 'utf8',
    });
    mkdirSync(folder, { recursive: true });
    const next = join(folder, `agent.${process.pid}.next`);
    writeFileSync(next, outputFiles[0]!.contents);
    renameSync(next, path);
  }
  return { path, digest: createHash('sha256').update(readFileSync(path)).digest('hex') };
}
