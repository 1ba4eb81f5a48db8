import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { account as credentials } from '../../simulator/account';
import { createOctokit } from '../../plan/github';
import { reviewedCommits } from '../../plan/reviewed-commits';
import { type Account, openAccount } from '../../simulator/__tests__/github/account';
import { repository, seed } from '../../scenario/seed';

const acme = { owner: 'acme', repo: 'asset-archive' };
let account: Account;
beforeEach(async () => {
  account = await openAccount({ seed });
});
afterEach(() => account.close());

const push = (branch: string, files: Record<string, string>) =>
  account.github.push({ repository: 'acme/asset-archive', branch, files });
const reviewed = (commit: string) =>
  reviewedCommits(createOctokit({ token: credentials.githubToken, url: account.url, second: 1 }), acme, commit);

test.each(['merge', 'squash', 'rebase'])(
  'a commit that a pull request became by %s leads to the head that was reviewed',
  async (method) => {
    const head = push('wider', { 'environments/staging.ts': 'a\n' });
    await account.expect(201, 'POST', `/repos/${repository}/pulls`, { title: 'Wider', head: 'wider', base: 'main' });
    expect(await reviewed(head)).toEqual([]);
    const { sha } = await account.expect(200, 'PUT', `/repos/${repository}/pulls/1/merge`, { merge_method: method });
    expect(await reviewed(sha)).toEqual([head]);
    // the head itself is in the pull request, and not what it became
    expect(await reviewed(head)).toEqual([]);
  },
);

test('a commit that was pushed without a pull request has no reviewed head', async () => {
  expect(await reviewed(push('main', { a: '1' }))).toEqual([]);
});

test('a GitHub that does not answer as it should is told with what to do', async () => {
  const server = http.createServer((_, response) =>
    response
      .writeHead(403, { 'content-type': 'application/json', 'x-ratelimit-remaining': '0' })
      .end('{"message":"API rate limit exceeded"}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const github = createOctokit({
    token: 'canary-token',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    second: 1,
  });
  try {
    await expect(reviewedCommits(github, acme, 'a'.repeat(40))).rejects.toThrow(
      /^finding the pull request that aaaaaaaaaaaa was merged from \(--commit names the reviewed commit without it\) went wrong: GitHub's rate limit is used up \(403\)/,
    );
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
