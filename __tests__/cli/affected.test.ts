import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Project } from './project';

// each looks at two synths and more: on a busy machine they take their time
jest.setTimeout(300_000);

let project: Project;
let scratch: string;
beforeEach(async () => {
  project = new Project();
  // so that what is left behind shows
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'affected-')));
  project.write('.gitignore', 'cdktf.out/\n.berth/\n');
  await git('init', '--quiet', '--initial-branch=main');
  await commit('the beginning');
});
afterEach(async () => {
  expect(readdirSync(scratch).filter((name) => name.startsWith('berth-'))).toEqual([]);
  expect((await git('worktree', 'list', '--porcelain')).match(/^worktree /gm)).toHaveLength(1);
  project.remove();
  rmSync(scratch, { recursive: true, force: true });
});

async function git(...args: string[]): Promise<string> {
  const { code, stdout, output } = await project.run('git', [
    '-c',
    'user.name=ada',
    '-c',
    'user.email=ada@acme.example',
    ...args,
  ]);
  if (code !== 0) throw new Error(output);
  return stdout.trim();
}

async function commit(message: string): Promise<string> {
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

const affected = (...args: string[]) => project.berth(['affected', ...args], { TMPDIR: scratch });

async function json(base: string): Promise<Record<string, unknown>> {
  const { code, stdout, output } = await affected('--base', base, '--json');
  if (code !== 0) throw new Error(output);
  expect(stdout.match(/\n/g)).toHaveLength(1);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('an edit affects its environment, a new file adds one, a removed file is never forgotten; what is not committed counts', async () => {
  const base = await git('rev-parse', 'HEAD');
  project.edit('staging.ts', "LOG_LEVEL: 'debug'", "LOG_LEVEL: 'info'");
  project.write(
    'environments/demo.ts',
    readFileSync(join(project.folder, 'environments/production.ts'), 'utf8')
      .replaceAll('production', 'demo')
      .replaceAll('acme.example', 'demo.example'),
  );
  rmSync(join(project.folder, 'environments/production.ts'));
  expect(await json('main')).toEqual({
    base,
    changed: ['staging'],
    added: ['demo'],
    removed: ['production'],
    affected: ['demo', 'production', 'staging'],
    matrix: [
      { environment: 'staging', change: 'changed' },
      { environment: 'demo', change: 'added' },
      { environment: 'production', change: 'removed' },
    ],
    waves: {
      first: [
        { environment: 'staging', change: 'changed' },
        { environment: 'demo', change: 'added' },
      ],
      production: [{ environment: 'production', change: 'removed' }],
    },
  });
  expect((await affected('--base', 'main')).output.replace(/ +$/gm, '')).toBe(`environment  since ${base.slice(0, 12)}
staging      changed
demo         added
production   removed: the code of ${base.slice(0, 12)} destroys it
`);
});

test('a change that alters no JSON affects none; one of the state bucket affects every stack', async () => {
  const base = await git('rev-parse', 'HEAD');
  project.write('docs/note.md', 'nothing\n');
  project.edit('staging.ts', /^/, '// a comment\n');
  expect(await json('main')).toEqual({
    base,
    changed: [],
    added: [],
    removed: [],
    affected: [],
    matrix: [],
    waves: { first: [], production: [] },
  });
  expect((await affected('--base', 'main')).output).toBe(`no environment differs from ${base.slice(0, 12)}\n`);
  project.edit('state.ts', "'asset-archive-state'", "'asset-archive-states'");
  expect((await json('main')).changed).toEqual(['production', 'staging', 'state']);
});

test('what was added to the base since the branch left it does not look as if the branch removed it', async () => {
  await git('checkout', '--quiet', '-b', 'feature');
  project.edit('staging.ts', "LOG_LEVEL: 'debug'", "LOG_LEVEL: 'info'");
  const left = await git('rev-parse', 'main');
  await commit('feat: less noise');
  await git('checkout', '--quiet', 'main');
  project.write(
    'environments/demo.ts',
    readFileSync(join(project.folder, 'environments/staging.ts'), 'utf8').replaceAll('staging', 'demo'),
  );
  await commit('feat: a demo');
  await git('checkout', '--quiet', 'feature');
  expect(await json('main')).toMatchObject({ base: left, changed: ['staging'], added: [], removed: [] });
});

test('a base that does not synthesize makes everything count as changed, and still no destroy is forgotten', async () => {
  project.edit('staging.ts', "size: 's-2vcpu-4gb'", "size: 's-2vcpu-4g'");
  const base = await commit('feat: a typing error');
  project.edit('staging.ts', "size: 's-2vcpu-4g'", "size: 's-2vcpu-4gb'");
  rmSync(join(project.folder, 'environments/production.ts'));
  const { code, stdout, output } = await affected('--base', 'main', '--json');
  expect(code).toBe(0);
  const problem = expect.stringMatching(
    new RegExp(
      `^the base ${base.slice(0, 12)} does not synthesize, so every environment counts as changed:\nenvironments/staging.ts is invalid:\n.*platform.size`,
    ),
  ) as string;
  expect(JSON.parse(stdout)).toMatchObject({
    changed: ['staging', 'state'],
    added: [],
    removed: ['production'],
    problem,
  });
  expect(output).toContain('does not synthesize, so every environment counts as changed');
});

test("other packages than the base's make everything count as changed, because both sides are synthesized with those that are here", async () => {
  const lock = (version: string, dev = false) =>
    JSON.stringify({
      lockfileVersion: 3,
      packages: { '': {}, 'node_modules/cdktf': { version: '0.21.0' }, 'node_modules/yaml': { version, dev } },
    });
  project.write('package-lock.json', lock('2.9.0'));
  await commit('build: a lock');
  project.write('package-lock.json', lock('2.9.1'));
  expect(await json('main')).toMatchObject({
    changed: ['production', 'staging', 'state'],
    problem: expect.stringMatching(/^package-lock.json differs from the base's \(yaml\)/) as string,
  });
});

test.each([
  ['another provider version affects who uses the provider', '"6.9.0"', '"6.9.1"', ['production', 'staging']],
  ['a checksum more affects nobody', 'constraints = "6.9.0"', 'constraints = "6.9.0"\n  hashes = ["h1:abc"]', []],
])('%s', async (_, from, to, changed) => {
  const lock = readFileSync(join(project.folder, '.terraform.lock.hcl'), 'utf8');
  rmSync(join(project.folder, '.terraform.lock.hcl'));
  project.write('.terraform.lock.hcl', lock);
  await commit('build: a lock');
  project.write('.terraform.lock.hcl', lock.replace(from, to));
  expect((await json('main')).changed).toEqual(changed);
});

test('a head that does not synthesize is an error with the mistake in it', async () => {
  project.edit('staging.ts', "size: 's-2vcpu-4gb'", "size: 's-2vcpu-4g'");
  const { code, stdout, output } = await affected('--base', 'main', '--json');
  expect([code, stdout]).toEqual([1, '']);
  expect(output).toContain('did you mean "s-2vcpu-4gb"?');
});

test('a base that is not there says what to do: in a shallow clone, to fetch all of it', async () => {
  expect(await affected('--base', 'nowhere')).toMatchObject({
    code: 1,
    output:
      '--base nowhere: no such commit here; fetch it first (`git fetch origin nowhere`), or name another: a branch, a tag or a commit\n',
  });
  await commit('one more');
  const shallow = join(scratch, 'shallow');
  await git('clone', '--quiet', '--depth=1', `file://${project.folder}`, shallow);
  const first = await git('rev-parse', 'HEAD~1');
  const finished = await project.run('sh', [
    '-c',
    'cd "$1" && shift && exec "$@"',
    'sh',
    shallow,
    process.execPath,
    join(__dirname, '../../bin/berth.js'),
    'affected',
    '--base',
    first,
  ]);
  expect(finished).toMatchObject({
    code: 1,
    output: `--base ${first}: no such commit here; this clone is shallow: fetch all of it (\`git fetch --unshallow\`; in a workflow, actions/checkout with \`fetch-depth: 0\`)\n`,
  });
  expect(await affected()).toMatchObject({
    code: 2,
    output: 'error: give --base REF, --only ENV or --synthesis FILE\n',
  });
});

test('one environment alone is told as if it had changed, for a deploy that is started by hand', async () => {
  const { stdout } = await affected('--only', 'production', '--json');
  const job = { environment: 'production', change: 'changed' };
  expect(JSON.parse(stdout)).toEqual({
    changed: ['production'],
    added: [],
    removed: [],
    affected: ['production'],
    matrix: [job],
    waves: { first: [], production: [job] },
  });
  expect(await affected('--only', 'prodution')).toMatchObject({
    code: 1,
    output: 'there is no stack "prodution"; there are: production, staging, state; did you mean "production"?\n',
  });
});

test('before the first push of a branch there is nothing: every stack is new', async () => {
  expect(await json('0'.repeat(40))).toMatchObject({
    changed: [],
    added: ['production', 'staging', 'state'],
    removed: [],
  });
});

test('of stacks that were synthesized elsewhere, those count as removed that this checkout still has: their own code destroys them', async () => {
  const synthesis = join(scratch, 'synthesis.json');
  const compared = async () =>
    JSON.parse((await affected('--synthesis', synthesis, '--json')).stdout) as Record<string, unknown>;
  await git('checkout', '--quiet', '-b', 'feature');
  rmSync(join(project.folder, 'environments/production.ts'));
  await commit('feat: no production');
  expect((await project.berth(['synth', '--base', 'main', '--out', synthesis])).code).toBe(0);
  await git('checkout', '--quiet', 'main');
  expect(await compared()).toMatchObject({
    changed: [],
    removed: ['production'],
    matrix: [{ environment: 'production', change: 'removed' }],
  });
  // somebody else was first: no code here could destroy it, and an older commit is not run beside credentials
  rmSync(join(project.folder, 'environments/production.ts'));
  await commit('feat: no production either');
  expect(await compared()).toMatchObject({ removed: [], affected: [], matrix: [] });
  // a base of the branch's own choosing
  const theirs = await git('commit-tree', '-m', 'theirs', 'feature^{tree}');
  writeFileSync(
    synthesis,
    JSON.stringify({ ...(JSON.parse(readFileSync(synthesis, 'utf8')) as object), base: theirs }),
  );
  expect(await affected('--synthesis', synthesis)).toMatchObject({
    code: 1,
    output: expect.stringContaining(`${theirs.slice(0, 12)} as its base, which is no commit of this branch`) as string,
  });
});

test('Ctrl-C leaves nothing behind', async () => {
  // an app that never ends, on both sides
  project.write(
    'cdktf.json',
    JSON.stringify({ language: 'typescript', app: `touch "${scratch}/$$.started"; sleep 600` }),
  );
  await commit('feat: patience');
  project.write(
    'interrupt.sh',
    `"$@" & pid=$!
until [ "$(ls ${scratch} | grep -c started)" = 2 ] || ! kill -0 $pid; do sleep 0.1; done
kill -TERM $pid; wait $pid`,
  );
  const { code, output } = await project.run(
    'sh',
    ['interrupt.sh', process.execPath, join(__dirname, '../../bin/berth.js'), 'affected', '--base', 'main'],
    { TMPDIR: scratch },
  );
  expect([code, output]).toEqual([1, 'stopped by SIGTERM; nothing is left behind\n']);
  const pids = readdirSync(scratch)
    .filter((name) => name.endsWith('.started'))
    .map((name) => name.split('.')[0]!);
  for (const pid of pids) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
});
