import type { Cloud } from './cloud';
import { repository } from './seed';
import type { Step } from './step';
import type { Workspace } from './workspace';

/** An edit by way of a pull request: who is affected, what it does in words, one comment, and at the merge exactly that. */
export const pullRequest = (workspace: Workspace, cloud: Cloud): Step => ({
  title: 'a pull request',
  async run(say) {
    const git = async (...args: readonly string[]): Promise<string> => (await workspace.git(args)).stdout.trim();
    const push = async (branch: string, parent?: string): Promise<string> => {
      const sha = await git('rev-parse', branch);
      cloud.github.push({ repository, branch, sha, ...(parent !== undefined && { parent }) });
      return sha;
    };
    await git('init', '--quiet', '--initial-branch=main');
    await git(
      'add',
      '--all',
      'environments',
      'cdktf.json',
      'package.json',
      'main.ts',
      'bin',
      'lib',
      'definition',
      'contract',
      'constructs',
      'stacks',
      'templates',
      'agent',
      'provisioners',
      '.terraform.lock.hcl',
    );
    await git('commit', '--quiet', '--message', 'what runs');
    await push('main');
    await git('switch', '--quiet', '--create', 'more-memory');
    workspace.edit('production.ts', 'api: { memory: 512 }', 'api: { memory: 640 }');
    await git('commit', '--quiet', '--all', '--message', 'feat(api): more memory');
    const head = await push('more-memory');
    const { number } = await openPull(cloud);

    // the code of the branch runs here alone, and leaves data; in a workflow without any secret
    await workspace.berth(['synth', '--base', 'main', '--out', 'reviews/synthesis.json'], say);
    const { affected } = JSON.parse(
      (await workspace.berth(['affected', '--synthesis', 'reviews/synthesis.json', '--json'], say)).stdout,
    ) as { affected: string[] };
    if (affected.join() !== 'production')
      throw new Error(`an edit of production alone affects ${affected.join(', ') || 'nothing'}`);
    await workspace.berth(
      [
        'review',
        'production',
        '--synthesis',
        'reviews/synthesis.json',
        '--seal',
        '--commit',
        head,
        '--pull',
        String(number),
        '--json',
        '--out',
        'reviews/production.json',
      ],
      say,
    );
    await workspace.berth(
      ['comment', '--status', '--pull', String(number), '--commit', head, 'reviews/production.json'],
      say,
    );
    const comments = Object.values(cloud.github.state.repositories[repository]!.comments);
    if (comments.length !== 1) throw new Error(`the pull request has ${comments.length} comments`);

    await git('switch', '--quiet', 'main');
    await git('merge', '--quiet', '--no-ff', '--no-edit', 'more-memory');
    const merged = await push('main', head);
    await workspace.berth(['synth', '--out', 'reviews/synthesis.json'], say);
    await workspace.berth(
      ['deploy', 'production', '--yes', '--commit', merged, '--synthesis', 'reviews/synthesis.json'],
      say,
    );
    return {
      summary: 'api 512 → 640 MiB: reviewed in one comment, and at the merge exactly that was applied',
      resources: 1,
      comment: comments[0]!.body,
    };
  },
});

async function openPull(cloud: Cloud): Promise<{ number: number }> {
  const { GITHUB_API_URL: url, GITHUB_TOKEN: token } = cloud.env();
  const response = await fetch(`${url}/repos/${repository}/pulls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'More memory for the api', head: 'more-memory', base: 'main' }),
  });
  if (response.status !== 201)
    throw new Error(`the pull request could not be opened: ${response.status} ${await response.text()}`);
  return (await response.json()) as { number: number };
}
