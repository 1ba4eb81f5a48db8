import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reviewSchema } from '../../contract/review';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { Workspace } from '../../scenario/workspace';
import { planText } from '../plan/a-plan';
import { Project, root } from './project';

describe('`berth review --plan` with what `terraform show -json` says', () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => project.remove());

  const review = (text: string, ...args: string[]) => {
    project.write('plan.json', text);
    return project.berth(['review', 'staging', '--plan', 'plan.json', ...args]);
  };

  test('tells it at a terminal, and ends with 0 though a machine is replaced', async () => {
    project.edit('staging.ts', "size: 's-2vcpu-4gb'", "size: 's-2vcpu-4gb', generation: 2");
    const line =
      readFileSync(join(project.folder, 'environments/staging.ts'), 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('generation')) + 1;
    expect(await review(planText('generation'))).toMatchObject({
      code: 0,
      output: [
        'staging · machine generation 1 → 2, replaced · +$0.00 a month',
        `  REPLACED     machine  generation 1 → 2 (environments/staging.ts:${line}): it boots beside the former one, which`,
        '                        serves meanwhile; then about a minute without service; volume, address and data stay',
        '',
      ].join('\n'),
    });
  });

  test('ends with 1 when a policy stands in the way, and with 0 when the environment acknowledges it', async () => {
    expect(await review(planText('bucket-renamed'))).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^staging · 3 buckets replaced · \+\$0\.00 a month · 1 policy stands in the way\n/),
    });
    project.edit(
      'staging.ts',
      'product,',
      "product,\n  acknowledge: [{ policy: 'data-destroyed', reason: 'backups were copied elsewhere', until: '9999-12-31' }],",
    );
    expect(await review(planText('bucket-renamed'))).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^staging · 3 buckets replaced · \+\$0\.00 a month\n[\s\S]*acknowledged until 9999-12-31: backups were copied elsewhere\n/,
      ),
    });
  });

  test('writes JSON of its schema, SARIF and Markdown, to standard output or to a file', async () => {
    const json = await review(planText('memory'), '--json');
    expect(reviewSchema.parse(JSON.parse(json.stdout))).toMatchObject({
      environment: 'staging',
      verdict: 'api memory 256 → 384 MiB, in place · +$0.00 a month',
    });
    expect(JSON.parse((await review(planText('memory'), '--sarif')).stdout)).toMatchObject({ version: '2.1.0' });
    expect(await review(planText('memory'), '--markdown', '--out', 'review.md')).toMatchObject({
      code: 0,
      output: 'staging · api memory 256 → 384 MiB, in place · +$0.00 a month\nreview.md is written\n',
    });
    expect(readFileSync(join(project.folder, 'review.md'), 'utf8')).toContain('```mermaid');
  });

  test.each<[string, string[], number, string]>([
    [
      'a file that is not there',
      ['staging', '--plan', 'nowhere.json'],
      1,
      'nowhere.json cannot be read (ENOENT): --plan wants a plan file, as `cdktf diff` leaves it at cdktf.out/stacks/ENV/plan\n',
    ],
    [
      'two formats at once',
      ['staging', '--json', '--sarif', '--plan', 'x'],
      2,
      "error: option '--json' cannot be used with option '--sarif'\n",
    ],
    [
      'an environment that nobody declares',
      ['stagin'],
      1,
      'there is no environment "stagin"; there are: production, staging; did you mean "staging"?\n',
    ],
  ])('%s: says so', async (_, args, code, output) => {
    const finished = await project.berth(['review', ...args]);
    expect([finished.code, finished.output.replace(`${project.folder}/`, '').split('(berth')[0]]).toEqual([
      code,
      output,
    ]);
  });

  test('a plan that is cut off is refused, and what it holds does not get out', async () => {
    const cut = planText('resize');
    const { code, output } = await review(cut.slice(0, cut.indexOf('canary') + 20));
    expect([code, output.includes('plan.json is cut off'), output.includes('canary')]).toEqual([1, true, false]);
    // the comment has to tell it as well
    expect(
      await review(cut.slice(0, cut.indexOf('canary') + 20), '--json', '--out', 'reviews/staging.json'),
    ).toMatchObject({ code: 1 });
    const kept = readFileSync(join(project.folder, 'reviews/staging.json'), 'utf8');
    expect(JSON.parse(kept)).toEqual({
      environment: 'staging',
      failed: expect.stringContaining('plan.json is cut off'),
    });
    expect(kept).not.toContain('canary');
  });

  test('a plan of another environment is refused', async () => {
    expect(await review(planText('managed'))).toMatchObject({
      code: 1,
      output:
        'this plan is of "asset-archive-production", and not of the environment "staging" ("asset-archive-staging"): give the plan of staging, or review the other one\n',
    });
  });
});

test('`berth review` without a plan makes one with real Terraform, and reviews just that', async () => {
  const cloud: Cloud = await startCloud();
  const workspace = new Workspace(root, () => cloud.env());
  try {
    // as bootstrap leaves it, which has tests of its own
    cloud.spaces.createBucket('asset-archive-state');
    const fresh = await workspace.tryBerth(['review', 'staging', '--json']);
    expect(fresh.code).toBe(0);
    const reviewed = reviewSchema.parse(JSON.parse(fresh.stdout));
    expect([
      reviewed.severity,
      reviewed.verdict.replace(/\d+ resources/, 'N resources'),
      reviewed.changes.length > 30,
    ]).toEqual(['changed', 'everything created: N resources · +$30.80 a month', true]);
    // it holds the machine's key in the clear
    const plan = join(workspace.folder, 'cdktf.out/stacks/staging/plan');
    expect(existsSync(plan)).toBe(false);
    // Terraform's own file
    await workspace.terraform('staging', ['plan', '-input=false', '-out=plan']);
    const again = await workspace.tryBerth(['review', 'staging', '--plan', plan]);
    expect([again.code, again.stdout.split('\n')[0]]).toEqual([0, `staging · ${reviewed.verdict}`]);
    await workspace.terraform('staging', ['apply', 'plan']);
    writeFileSync(plan, readFileSync(plan).subarray(0, 2_000));
    expect(await workspace.tryBerth(['review', 'staging', '--plan', plan])).toMatchObject({ code: 1 });
    // what its own attachment has filled of the machine is no drift
    const deployed = reviewSchema.parse(JSON.parse((await workspace.tryBerth(['review', 'staging', '--json'])).stdout));
    expect([deployed.severity, deployed.verdict, deployed.drift]).toEqual(['unchanged', 'no change', []]);
    // what the provider refuses is told with the line that asks for it
    workspace.edit('staging.ts', "size: 's-2vcpu-4gb'", "size: 's-2vcpu-4gb', volume: { size: 10 }");
    const line =
      readFileSync(join(workspace.folder, 'environments/staging.ts'), 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('volume:')) + 1;
    const smaller = await workspace.tryBerth(['review', 'staging']);
    expect([smaller.code, smaller.output]).toEqual([
      1,
      expect.stringContaining(`environments/staging.ts:${line}  platform.volume.size: A volume never becomes smaller.`),
    ]);
    // nothing of the machine's keys or of the rehearsal's own
    for (const secret of [
      cloud.env().SPACES_SECRET_ACCESS_KEY!,
      cloud.env().DIGITALOCEAN_TOKEN!,
      cloud.env().GITHUB_TOKEN!,
    ])
      expect(fresh.output + again.output).not.toContain(secret);
  } finally {
    workspace.remove();
    await cloud.close();
  }
});
