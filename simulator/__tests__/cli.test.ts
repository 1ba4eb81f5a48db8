import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from '../process';

const program = join(__dirname, '..', 'bin', 'digitalocean-simulator.js');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const simulator = (...args: string[]) => run(process.execPath, [program, ...args], { cwd: folder, env: process.env });
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

test('a command runs inside, with the variables and without credentials of the caller; its exit code is the result', async () => {
  process.env.OTHER_TOKEN = 'canary';
  const { code, stdout } = await simulator('--', 'sh', '-c', 'echo "$GITHUB_REPOSITORY ${OTHER_TOKEN-none}"; exit 3');
  delete process.env.OTHER_TOKEN;
  expect([code, stdout]).toEqual([3, 'octo-org/octo-repo none\n']);
  expect(await simulator('--', 'no-such-command')).toMatchObject({
    code: 1,
    output: 'Error: command not found: no-such-command\n',
  });
});

test('what is wrong with the input is named with its place', async () => {
  write('seed.yaml', 'users: [{ login: ada, role: king }]\nrepos: []\n');
  write('faults.yaml', '- { status: 42 }\n');
  mkdirSync(join(folder, 'other'));
  write('other/file', '');
  const outputs = await Promise.all(
    [
      ['--seed', 'nothing.yaml'],
      ['--seed', 'seed.yaml'],
      ['--faults', 'nothing.yaml'],
      ['--faults', 'faults.yaml'],
      ['--folder', 'other'],
    ].map(async (args) => (await simulator(...args)).output),
  );
  expect(outputs).toEqual([
    expect.stringMatching(/^Error: seed file nothing\.yaml cannot be read: ENOENT/),
    [
      'Error: seed.yaml is not a valid seed:',
      '  users.0.role: Invalid option: expected one of "admin"|"maintain"|"write"|"triage"|"read"',
      '  the seed: Unrecognized key: "repos"\n',
    ].join('\n'),
    expect.stringMatching(/^Error: fault plan nothing\.yaml cannot be read: ENOENT/),
    expect.stringMatching(/^Error: faults\.yaml is invalid:\n {2}0\.status/),
    `Error: --folder ${join(folder, 'other')} holds something else (file): expected an empty folder, or one that this program made\n`,
  ]);
});

test('a folder keeps everything between runs, and one process at a time has it', async () => {
  const kept = join(folder, 'cloud');
  const call = 'curl -sS -H "Authorization: Bearer $DIGITALOCEAN_TOKEN" "$DIGITALOCEAN_API_URL/v2/domains"';
  await simulator(
    '--folder',
    kept,
    '--',
    'sh',
    '-c',
    `${call} -H 'Content-Type: application/json' -d '{"name":"a.example"}'`,
  );
  const inside = [process.execPath, program, '--folder', kept, '--', 'true'].map((word) => `'${word}'`).join(' ');
  const { output } = await simulator('--folder', kept, '--', 'sh', '-c', `${call}; ${inside}`);
  expect(output).toContain('"name":"a.example"');
  expect(output).toMatch(/Error: --folder \S+ is in use by process \d+: stop it, or name another folder/);
  expect(existsSync(join(kept, 'process.pid'))).toBe(false);
});

test.each(['SIGINT', 'SIGTERM'] as const)('it prints its variables, and %s ends it', async (signal) => {
  const child = spawn(process.execPath, [program], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.on('close', (...how) => done(how)));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith('export SIMULATOR_PID=')) child.kill(signal);
  }
  expect(await ended).toEqual([0, null]);
  expect(lines.every((line) => /^export \w+=\S/.test(line))).toBe(true);
  const url = /DIGITALOCEAN_API_URL=(\S+)/.exec(lines.join('\n'))![1]!;
  await expect(fetch(url)).rejects.toThrow();
});
