import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { review } from '../../plan/review';
import { repository, TestHub, tokens } from '../plan/hub';
import { Project } from './project';

let hub: TestHub;
let project: Project;
let head: string;
beforeEach(async () => {
  hub = await TestHub.open();
  project = new Project();
  head = hub.github.push({ repository: 'acme/asset-archive', branch: 'wider', files: { a: '1' } });
  await hub
    .octokit()
    .request('POST /repos/{owner}/{repo}/pulls', { ...repository, title: 'Wider', head: 'wider', base: 'main' });
});
afterEach(async () => {
  project.remove();
  await hub.close();
  expect(hub.complaints).toEqual([]);
});

const canary = 'canary-5b1e77aa';
const comment = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  project.berth(['comment', ...args], {
    GITHUB_TOKEN: tokens.workflow,
    GITHUB_API_URL: hub.url,
    GITHUB_REPOSITORY: 'acme/asset-archive',
    ...env,
  });
const reviewed = (environment: string) =>
  JSON.stringify(
    review(
      {
        formatVersion: '1.2',
        terraformVersion: '1.11.0',
        changes: [],
        drift: [],
        outputs: {},
        references: new Map(),
        configured: new Map(),
        complete: true,
      },
      { environment, today: '2026-11-21' },
    ),
  );
const url = () =>
  `https://github.com/acme/asset-archive/pull/1#issuecomment-${Object.keys(hub.repository.comments).at(-1)}`;

test('reviews of several jobs become one comment, the next push updates it, and one that comes too late leaves it alone', async () => {
  project.write('reviews/review-staging/review.json', reviewed('staging'));
  project.write(
    'reviews/review-production/failed.json',
    JSON.stringify({
      environment: 'production',
      failed: `staging  \u001b[31m│\u001b[0m Error: creating plan @ada\nmore: ${canary}`,
    }),
  );
  const args = [
    '--pull',
    '1',
    '--commit',
    head,
    '--whole',
    'https://github.com/acme/asset-archive/actions/runs/7',
    'reviews',
  ];
  expect(await comment(args, { SENTRY_AUTH_TOKEN: canary })).toMatchObject({
    code: 1,
    output: `the comment of pull request 1 is written: ${url()}\n`,
  });
  expect(hub.comments()).toEqual([
    `github-actions[bot]: <!-- berth:review ${head} -->
### 1 environment could not be planned, 1 stays as it is

- ❌ **production**: plan failed: the effect of merging is unknown
  - \`Error: creating plan @ada\`
- ✅ **staging**: no change

<details><summary><b>production</b>: What it said</summary>

\`\`\`text
staging  │ Error: creating plan @ada
more: ***
\`\`\`

</details>

<sub>planned at \`${head.slice(0, 12)}\` · [full review](https://github.com/acme/asset-archive/actions/runs/7)</sub>
`,
  ]);
  project.write('event.json', JSON.stringify({ pull_request: { number: 1, head: { sha: head } } }));
  expect(
    await comment(['reviews/review-staging'], { GITHUB_EVENT_PATH: join(project.folder, 'event.json') }),
  ).toMatchObject({ code: 0, output: `the comment of pull request 1 is updated: ${url()}\n` });
  const now = hub.github.push({
    repository: 'acme/asset-archive',
    branch: 'wider',
    files: { a: 'forced' },
    parent: 'main',
  });
  expect(await comment(args)).toMatchObject({
    code: 0,
    output: `pull request 1 has moved on to ${now.slice(0, 12)}: what was planned at ${head.slice(0, 12)} is not written; the run of the newer commit tells\n`,
  });
  expect(hub.comments()).toHaveLength(1);
});

test('what is affected and was not reviewed is told as failed, what is removed as destroyed, and nothing affected has its sentence', async () => {
  project.write(
    'affected.json',
    JSON.stringify({
      base: head,
      changed: ['staging', 'production'],
      added: [],
      removed: ['demo'],
      affected: [],
      matrix: [],
      problem: 'the base does not synthesize: every environment counts as changed',
    }),
  );
  project.write('staging.json', reviewed('staging'));
  expect(
    await comment(['--out', 'comment.md', '--affected', 'affected.json', 'staging.json', 'nowhere']),
  ).toMatchObject({ code: 1, output: 'comment.md is written\n' });
  expect(readFileSync(join(project.folder, 'comment.md'), 'utf8')).toBe(`<!-- berth:review -->
### 1 environment could not be planned, 1 has destructive changes, 1 stays as it is

the base does not synthesize: every environment counts as changed

- ❌ **production**: no review arrived: its job failed, was stopped or did not run; see the run of this workflow
- ⚠️ **demo**: its file is removed, and no plan of its end was made
  - **REMOVED**: the file of \`demo\` is gone: merging destroys everything that belongs to it
- ✅ **staging**: no change
`);
  project.write('none.json', JSON.stringify({ changed: [], added: [], removed: [] }));
  await comment(['--out', 'comment.md', '--affected', 'none.json']);
  expect(readFileSync(join(project.folder, 'comment.md'), 'utf8')).toBe(
    '<!-- berth:review -->\n### No environment is affected\n',
  );
  expect(hub.comments()).toEqual([]);
});

test.each<[string, string[], NodeJS.ProcessEnv, number, string | RegExp]>([
  [
    'a review that is cut off',
    ['--pull', '1', 'cut.json'],
    {},
    1,
    'cut.json is no JSON, or not all of it: was `npx berth review ENV --json` stopped? Run it again\n',
  ],
  [
    'an empty review',
    ['--pull', '1', 'empty.json'],
    {},
    1,
    'empty.json is empty: was `npx berth review ENV --json` stopped? Run it again\n',
  ],
  [
    'something else',
    ['--pull', '1', 'else.json'],
    {},
    1,
    /^else\.json is not what `npx berth review ENV --json` writes, nor \{ environment, failed \} or \{ environment, removed \}: version: /,
  ],
  [
    'the same environment twice',
    ['--pull', '1', 'a.json', 'b.json'],
    {},
    1,
    'two reviews of "staging" were given: give one, or remove the folder of an earlier run\n',
  ],
  [
    'a file that is not there',
    ['--pull', '1', 'nowhere'],
    {},
    1,
    'nowhere is not there: give what `npx berth review ENV --json --out FILE` wrote, or a folder of such files\n',
  ],
  [
    'no pull request',
    ['a.json'],
    {},
    1,
    'which pull request? Give --pull N; or --out FILE to only write the comment to a file\n',
  ],
  ['a pull request that is no number', ['--pull', 'x', 'a.json'], {}, 2, /Give the number of a pull request/],
  [
    'a pull request that is not there',
    ['--pull', '9', 'a.json'],
    {},
    1,
    /^writing the comment of pull request 9 went wrong: not found in acme\/asset-archive/,
  ],
  [
    'no token',
    ['--pull', '1', 'a.json'],
    { GITHUB_TOKEN: '' },
    1,
    /^GITHUB_TOKEN is not set: give a token that may read and write issues and pull requests/,
  ],
  [
    'no repository',
    ['--pull', '1', 'a.json'],
    { GITHUB_REPOSITORY: '' },
    1,
    'which repository? Give --repository OWNER/NAME, or set GITHUB_REPOSITORY as workflows do\n',
  ],
  [
    'a whole that is no address',
    ['--pull', '1', '--whole', 'javascript:x', 'a.json'],
    {},
    1,
    '"javascript:x" is no address that a reader could open: give an http or https URL\n',
  ],
])('%s is an error that says what to do, and nothing is written', async (_, args, env, code, message) => {
  for (const [name, text] of Object.entries({
    'cut.json': reviewed('staging').slice(0, 50),
    'empty.json': '',
    'else.json': '{"a":1}',
    'a.json': reviewed('staging'),
    'b.json': reviewed('staging'),
  }))
    project.write(name, text);
  const finished = await comment(args, env);
  expect(finished.code).toBe(code);
  if (typeof message === 'string') expect(finished.output).toBe(message);
  else expect(finished.output).toMatch(message);
  expect([hub.comments(), existsSync(join(project.folder, 'comment.md'))]).toEqual([[], false]);
});
