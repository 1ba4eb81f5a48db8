import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from '../process';
import { ownArchitecture } from './architecture';
import { kept, keyOf } from './kept';

/** The programs whose sources lie beside this file, a folder each. */
export type Program = 'service' | 'probe' | 'load';

/** Told what takes its time. */
export type Say = (line: string) => void;

// without path, time or version control in it: the same sources make the same bytes
const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid='];

/** Builds a program, static and the same to the byte for the same Go, and gives its path. The first time it takes some seconds. */
export async function buildProgram(program: Program, say?: Say): Promise<string> {
  const version = (await go(['env', 'GOVERSION'])).trim();
  const folder = join(__dirname, program);
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.go'))
    .sort()
    .map((name) => join(folder, name));
  const contents = [...sources, ...['go.mod', 'go.sum'].map((name) => join(__dirname, name))].map((file) =>
    readFileSync(file),
  );
  return kept(`${program}-${ownArchitecture()}-${keyOf(version, ...flags, ...contents)}`, (path) => {
    say?.(`compiling ${program}, once`);
    return go(['build', ...flags, '-o', path, `./${program}`]);
  });
}

/** The load generator: `load --help` says what it takes. */
export const buildLoad = (say?: Say): Promise<string> => buildProgram('load', say);

// what Go may know of the environment: its own settings, and how the outside world is reached
const known = /^(HOME|XDG_CACHE_HOME|TMPDIR|GO[A-Z0-9]*|SSL_CERT_(FILE|DIR)|(https?|no)_proxy)$/i;

// sudo leaves out where Go's own archive puts it
const folders = (): string[] => [...(process.env.PATH ?? '').split(delimiter), '/usr/local/go/bin'];

/** Why nothing can be built here, and what to do about it; nothing when it can. */
export function whyNoGo(path = folders()): string | undefined {
  if (path.some((folder) => existsSync(join(folder, 'go')))) return undefined;
  return 'the stand-in images are built with Go 1.19 or later, which was not found on PATH: apt-get install --no-install-recommends golang-go';
}

/** Runs Go's own command and gives what it says. */
export async function go(args: readonly string[], folder = __dirname, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const why = whyNoGo();
  if (why) throw new Error(why);
  const env: NodeJS.ProcessEnv = {
    HOME: homedir(),
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => known.test(name))),
    PATH: folders().join(delimiter),
    CGO_ENABLED: '0',
    GOOS: 'linux',
    GOARCH: ownArchitecture(),
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    ...more,
  };
  const finished = await run('go', args, { cwd: folder, env });
  if (finished.code === 0) return finished.stdout;
  throw new Error(`go ${args.join(' ')} ended with ${finished.code} in ${folder}:\n${finished.output.trim()}`);
}
