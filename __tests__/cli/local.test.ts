import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { Project } from './project';

// no Docker engine is needed: what matters is what it is asked to do
const docker = (log: string, running = '') => `#!/bin/sh
case "$*" in
  "compose version --short") echo 2.26.1;;
  info*) echo 26.1.5;;
  "compose ps"*) printf '%s\\n' ${running || '""'};;
  *) echo "$*" >>'${log}'; case "$*" in *psql*) cat >>'${log}.sql';; esac;;
esac
`;

let project: Project;
let log: string;
beforeEach(() => {
  project = new Project();
  log = join(project.folder, 'docker.log');
  project.tool('docker', docker(log, 'postgres redis web api cms'));
});
afterEach(() => project.remove());

const asked = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);

test('`up` writes compose.yaml and .env.example, starts the datastores, waits until they are healthy and gives each service its database', async () => {
  const { code, stdout } = await project.berth(['up']);
  expect([code, stdout]).toEqual([
    0,
    'running:\n  postgres   localhost:5432\n  redis      localhost:6379\nvariables for a service that you start yourself: .env.example\nnpx berth down stops it, and keeps the data\n',
  ]);
  expect(asked()).toEqual([
    'compose up --detach --wait postgres redis',
    'compose exec --no-TTY postgres psql --username postgres --quiet --set ON_ERROR_STOP=1',
  ]);
  expect(readFileSync(`${log}.sql`, 'utf8')).toContain('CREATE DATABASE "api"');
  for (const name of ['compose.yaml', '.env.example'])
    expect(readFileSync(join(project.folder, name), 'utf8')).toBe(readFileSync(join(__dirname, '../..', name), 'utf8'));
});

test('`up --all` starts every service too, and tells where it answers', async () => {
  const { code, stdout } = await project.berth(['up', '--all']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('  cms        http://localhost:3001\n')]);
  expect(asked().at(-1)).toBe('compose --profile all up --detach --wait');
});

test('`down` keeps the data, and throws it away only when it is told so', async () => {
  await project.berth(['up']);
  expect(await project.berth(['down'])).toMatchObject({ code: 0 });
  expect(asked().at(-1)).toBe('compose --profile all --profile cron down');
  const unasked = await project.berth(['down', '--volumes']);
  expect([unasked.code, unasked.output]).toEqual([
    1,
    '--volumes throws the local databases away, and nobody is here to be asked: add --yes\n',
  ]);
  expect(asked().at(-1)).toBe('compose --profile all --profile cron down');
  await project.berth(['down', '--volumes', '--yes']);
  expect(asked().at(-1)).toBe('compose --profile all --profile cron down --volumes');
});

test('a port that something else holds is named, and nothing is started', async () => {
  const server = net.createServer();
  const mine = await new Promise<boolean>((resolve) =>
    server.once('error', () => resolve(false)).listen(5432, '127.0.0.1', () => resolve(true)),
  );
  project.tool('docker', docker(log, 'redis'));
  try {
    const { code, output } = await project.berth(['up']);
    expect([code, output]).toEqual([
      1,
      'these ports of localhost are taken by something else:\n  5432, for postgres\nstop what listens there (`ss -ltnp` tells), then try again (docs/local-development.md)\n',
    ]);
    expect(asked()).toEqual([]);
  } finally {
    if (mine) await new Promise((resolve) => server.close(resolve));
  }
});

test.each([
  ['no docker at all', undefined, 'docker was not found on PATH: install Docker (docs/local-development.md)'],
  [
    'no compose plugin',
    '#!/bin/sh\nexit 1\n',
    'docker has no compose plugin: install docker-compose-plugin (docs/local-development.md)',
  ],
  [
    'no engine',
    '#!/bin/sh\ncase "$*" in compose*) echo 2;; *) echo "Cannot connect to the Docker daemon" >&2; exit 1;; esac\n',
    'Docker is not running, or this user may not use it: Cannot connect to the Docker daemon (docs/local-development.md)',
  ],
])('%s is said, with where to read on', async (_, script, message) => {
  if (script) project.tool('docker', script);
  const env = script ? {} : { PATH: join(process.execPath, '..') };
  const { code, output } = await project.berth(['up'], env);
  expect([code, output.trim()]).toEqual([1, message]);
});
