import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, startCloud } from '../scenario/cloud';
import { withoutCredentials } from '../simulator/credentials';
import type { Workspace } from '../scenario/workspace';
import { measure, type Measured, type Runs, type Variant } from './measure';
import { environmentNames, ownProject } from './own-project';

export interface PullRequestRow {
  /** How many environments there are; one of them is edited. */
  readonly environments: number;
  readonly measured: Measured;
}

/** From a checkout to the comment, by the commands that the workflow runs, with nothing kept from before. */
export async function measurePullRequest(
  root: string,
  counts: readonly number[],
  runs: Runs,
): Promise<PullRequestRow[]> {
  const cloud = await startCloud();
  const projects: Workspace[] = [];
  try {
    cloud.spaces.createBucket('asset-archive-state');
    const variants: Record<string, Variant> = {};
    for (const count of counts) {
      const project = ownProject(root, environmentNames(count), () => cloud.env());
      projects.push(project);
      variants[`1 of ${count}`] = await pullRequest(root, project, cloud, `of-${count}`);
    }
    const measured = await measure(variants, runs);
    return counts.map((environments) => ({ environments, measured: measured[`1 of ${environments}`]! }));
  } finally {
    for (const project of projects) project.remove();
    await cloud.close();
  }
}

async function pullRequest(root: string, project: Workspace, cloud: Cloud, branch: string): Promise<Variant> {
  const git = async (...args: readonly string[]): Promise<string> => (await project.git(args)).stdout.trim();
  const [name] = environmentNames(1);
  // a file of its own, as in a checkout, and not a link to ours
  rmSync(join(project.folder, 'main.ts'));
  copyFileSync(join(root, 'main.ts'), join(project.folder, 'main.ts'));
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'base');
  project.edit(`${name}.ts`, "LOG_LEVEL: 'debug'", "LOG_LEVEL: 'info'");
  await git('commit', '--quiet', '--all', '--message', 'edit');
  const head = await git('rev-parse', 'HEAD');
  cloud.github.push({ repository: 'acme/asset-archive', branch, sha: head, files: { [branch]: head } });
  const { GITHUB_API_URL: url, GITHUB_TOKEN: token } = cloud.env();
  const response = await fetch(`${url}/repos/acme/asset-archive/pulls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ title: branch, head: branch, base: 'main' }),
  });
  const { number } = (await response.json()) as { number: number };
  const scratch = join(project.folder, '..', `${branch}-scratch`);
  mkdirSync(scratch, { recursive: true });
  const [affected, reviews] = [join(scratch, 'affected.json'), join(scratch, 'reviews')];
  const berth = `node ${JSON.stringify(join(root, 'bin', 'berth.js'))}`;
  return {
    command: [
      // beside the checkout: what lies in it might be part of the program
      `${berth} affected --base HEAD~1 --json > ${affected}`,
      `${berth} review ${name} --json --out ${reviews}/${name}.json`,
      `${berth} seal ${name} --commit ${head}`,
      `${berth} comment --pull ${number} --commit ${head} --affected ${affected} ${reviews}`,
    ].join(' && '),
    cwd: project.folder,
    env: { ...withoutCredentials(process.env), ...cloud.env(), CI: '1', TF_INPUT: '0', TF_IN_AUTOMATION: '1' },
    before: () => {
      for (const kept of [join(project.folder, 'cdktf.out'), join(project.folder, '.berth'), reviews])
        rmSync(kept, { recursive: true, force: true });
    },
  };
}
