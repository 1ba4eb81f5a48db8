import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actor, currentCommit, reviewedCommit, runUrl } from '../../cli/occasion';

const before = process.env;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'occasion-'));
  process.env = Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith('GITHUB_')));
});
afterEach(() => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
});

const merge = 'a'.repeat(40);
const head = 'b'.repeat(40);

function inWorkflow(name: string, event: object): void {
  writeFileSync(join(folder, 'event.json'), JSON.stringify(event));
  Object.assign(process.env, {
    GITHUB_SHA: merge,
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
  });
}

test('of a pull request its head is reviewed, and not the merge that GitHub checks out', () => {
  for (const name of ['pull_request', 'pull_request_target']) {
    inWorkflow(name, { pull_request: { head: { sha: head } } });
    expect([reviewedCommit(folder), currentCommit(folder)]).toEqual([head, merge]);
  }
  inWorkflow('push', { pull_request: { head: { sha: head } } });
  expect(reviewedCommit(folder)).toBe(merge);
  expect(reviewedCommit(folder, head)).toBe(head);
});

test('outside a workflow it is what is checked out; an abbreviation and a branch are told in full', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@acme.example', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('commit', '--quiet', '--allow-empty', '-m', 'one');
  const one = git('rev-parse', 'HEAD');
  for (const given of [undefined, 'main', one, one.slice(0, 8)])
    expect([currentCommit(folder, given), reviewedCommit(folder, given)]).toEqual([one, one]);
  expect(() => currentCommit(folder, 'nowhere')).toThrow(
    'which commit is it? "nowhere" is none here: give --commit with all 40 digits, or set GITHUB_SHA',
  );
  expect(() => currentCommit(folder, '--exec=x')).toThrow('"--exec=x" is none here');
});

test('who does it and where is what GitHub says', () => {
  expect(runUrl()).toBeUndefined();
  Object.assign(process.env, {
    GITHUB_ACTOR: 'ada',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'acme/infrastructure',
    GITHUB_RUN_ID: '7',
  });
  expect([actor(), runUrl()]).toEqual(['ada', 'https://github.example/acme/infrastructure/actions/runs/7']);
});
