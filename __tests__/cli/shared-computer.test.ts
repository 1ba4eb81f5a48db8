import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finished, run } from '../../simulator/process';
import { controlSocket, sandboxFolder } from '../../scenario/sandbox';
import { Project, root } from './project';

/** Anybody else on the same computer: `nobody`. */
const stranger = 65_534;
const isRoot = process.getuid?.() === 0;
/** Only root can act as somebody else. */
const asRoot = isRoot ? test : test.skip;

let project: Project;
/** Where the stranger can write. */
let open: string;
beforeEach(() => {
  project = new Project();
  open = mkdtempSync(join(tmpdir(), 'berth-test-'));
});
afterEach(async () => {
  for (let waited = 0; existsSync(controlSocket(sandboxFolder(project.folder))) && waited < 10_000; waited += 50)
    await sleep(50);
  project.remove();
  rmSync(open, { recursive: true, force: true });
});

const inside = (script: string, env?: NodeJS.ProcessEnv) =>
  project.berth(['sandbox', '--', process.execPath, '-e', script], env);

/** A socket that answers as a sandbox does, with an environment that makes Node run a program of the stranger's. */
async function impostor(path: string): Promise<net.Server> {
  const env = { NODE_OPTIONS: `--require=${join(open, 'program.js')}` };
  const welcome = { env, status: [], options: { providers: 'stand-in', boot: false } };
  const server = net
    .createServer((socket) => void socket.on('error', () => undefined).write(`${JSON.stringify(welcome)}\n`))
    .listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

test("a socket at the path that anybody can foretell in /tmp is not asked: it gave commands the stranger's environment", async () => {
  const server = await impostor(
    join(
      tmpdir(),
      `berth-${createHash('sha256').update(sandboxFolder(project.folder)).digest('hex').slice(0, 16)}.sock`,
    ),
  );
  try {
    expect(await inside('console.log(process.env.NODE_OPTIONS, process.env.BERTH_REHEARSAL)')).toMatchObject({
      code: 0,
      stdout: 'undefined 1\n',
    });
  } finally {
    server.close();
  }
});

asRoot("a folder for sockets that somebody else made is refused, with a sandbox's socket in it too", async () => {
  const run_ = join(open, 'berth', 'run');
  mkdirSync(run_, { recursive: true });
  const server = await impostor(
    join(run_, `${createHash('sha256').update(sandboxFolder(project.folder)).digest('hex').slice(0, 16)}.sock`),
  );
  chownSync(run_, stranger, stranger);
  try {
    const { code, output } = await inside('console.log(process.env.NODE_OPTIONS)', { XDG_CACHE_HOME: open });
    expect(output).toBe(
      `${run_} belongs to user ${stranger}, and this is user 0: run the command as that user, or remove the folder\n`,
    );
    expect(code).toBe(1);
  } finally {
    server.close();
  }
});

test.each([
  [
    'that everybody can write to',
    (path: string) => {
      mkdirSync(path);
      chmodSync(path, 0o777);
    },
    /can be written by others \(mode 777\)/,
  ],
  ['that is a link elsewhere', (path: string) => symlinkSync(open, path), /is not a folder: remove it/],
])('a folder for sockets %s is refused', async (_, make, message) => {
  mkdirSync(join(open, 'berth'));
  make(join(open, 'berth', 'run'));
  const { code, output } = await inside('0', { XDG_CACHE_HOME: open });
  expect(output).toMatch(message);
  expect(code).toBe(1);
});

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => [
    join(folder, entry.name),
    ...(entry.isDirectory() ? files(join(folder, entry.name)) : []),
  ]);

test('two sandboxes have different tokens, which are kept for their owner alone', async () => {
  const token = async () => (await inside('console.log(process.env.DIGITALOCEAN_TOKEN)')).stdout;
  const first = await token();
  expect(await token()).toBe(first);
  const folder = sandboxFolder(project.folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'account.json')).mode & 0o777).toBe(0o600);
  expect(
    files(folder).filter((file) => /\.(log)$/.test(file) && readFileSync(file, 'utf8').includes(first.trim())),
  ).toEqual([]);
  const other = new Project();
  try {
    const { stdout } = await other.berth([
      'sandbox',
      '--',
      process.execPath,
      '-e',
      'console.log(process.env.DIGITALOCEAN_TOKEN)',
    ]);
    expect(stdout).not.toBe(first);
  } finally {
    while (existsSync(controlSocket(sandboxFolder(other.folder)))) await sleep(50);
    other.remove();
  }
});

asRoot(
  'beside a sandbox that runs, a stranger gets to nothing: not to its socket, its state, its environment, its providers or its API',
  async () => {
    const waiting = spawn(
      process.execPath,
      [
        join(root, 'bin/berth.js'),
        'sandbox',
        '--',
        process.execPath,
        '-e',
        'console.log(JSON.stringify([process.pid, process.env]));setTimeout(()=>0,60000)',
      ],
      { cwd: project.folder, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    try {
      const [pid, env] = JSON.parse(
        await new Promise<string>((resolve) => waiting.stdout.once('data', (line: Buffer) => resolve(String(line)))),
      ) as [number, Record<string, string>];
      const providers = JSON.parse(env.TF_REATTACH_PROVIDERS!) as Record<string, { Addr: { String: string } }>;
      const control = controlSocket(sandboxFolder(project.folder));
      const steps = {
        control: `nc(${JSON.stringify(control)})`,
        provider: `nc(${JSON.stringify(providers['digitalocean/digitalocean']!.Addr.String)})`,
        account: `read(${JSON.stringify(join(sandboxFolder(project.folder), 'account.json'))})`,
        state: `read(${JSON.stringify(join(sandboxFolder(project.folder), 'digitalocean.json'))})`,
        environment: `read('/proc/${pid}/environ')`,
        commandLines: `Promise.resolve(fs.readdirSync('/proc').filter((pid) => /^\\d+$/.test(pid)).map((pid) => { try { return fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8') } catch { return '' } }).join('\\n').includes(${JSON.stringify(backwards(env.DIGITALOCEAN_TOKEN!))}.split('').reverse().join('')) ? 'told' : 'nothing')`,
        api: `fetch('${env.DIGITALOCEAN_API_URL}/v2/droplets', { method: 'POST', headers: { authorization: 'Bearer rehearsal-digitalocean-token' }, body: '{}' }).then(({ status }) => status)`,
        bucket: `fetch('${env.AWS_ENDPOINT_URL_S3}/').then(({ status }) => status)`,
        github: `fetch('${env.GITHUB_API_URL}/user', { headers: { authorization: 'Bearer rehearsal-github-token' } }).then(({ status }) => status)`,
      };
      const program = `const fs = require('fs'), net = require('net');
      const nc = (path) => new Promise((done) => net.connect(path).on('connect', () => done('let in')).on('error', (error) => done(error.code)));
      const read = (path) => fs.promises.readFile(path).then(() => 'read', (error) => error.code);
      Promise.all([${Object.values(steps).join(',')}]).then((all) => { console.log(JSON.stringify(all)); process.exit() });`;
      const got = await asStranger(program);
      expect(got.output).toMatch(/^\[/);
      expect(
        Object.fromEntries(
          Object.keys(steps).map((name, index) => [name, (JSON.parse(got.stdout) as unknown[])[index]]),
        ),
      ).toEqual({
        control: 'EACCES',
        provider: 'EACCES',
        account: 'EACCES',
        state: 'EACCES',
        environment: 'EACCES',
        commandLines: 'nothing',
        api: 401,
        bucket: 403,
        github: 401,
      });
    } finally {
      const ended = new Promise((resolve) => waiting.once('exit', resolve));
      waiting.kill('SIGTERM');
      await ended;
    }
  },
);

/** So that who looks for a token in command lines does not find its own. */
const backwards = (text: string): string => [...text].reverse().join('');

function asStranger(program: string): Promise<Finished> {
  const id = String(stranger);
  return run('setpriv', ['--reuid', id, '--regid', id, '--clear-groups', process.execPath, '-e', program], {
    cwd: '/',
    env: { PATH: process.env.PATH },
  });
}
