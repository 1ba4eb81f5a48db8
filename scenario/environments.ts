import type { Cloud } from './cloud';
import { describeChanges } from './changes';
import { publicAddress } from './state';
import { check, type Step } from './step';
import type { Workspace } from './workspace';

export const bootstrap = (workspace: Workspace, cloud: Cloud): Step => ({
  title: 'bootstrap the state bucket',
  async run(say) {
    await workspace.berth(['bootstrap'], say);
    const [bucket] = cloud.spaces.buckets();
    check(bucket?.versioning === 'Enabled', 'the state bucket keeps no versions');
    return { summary: `${bucket!.name}: versions on, locks proven`, resources: 1 };
  },
});

export const deploy = (workspace: Workspace, stack: string): Step => ({
  title: `deploy ${stack}`,
  async run(say) {
    // as a person does it, once; the CLI has then synthesized every stack, and costs two seconds more each time
    if (stack === 'staging') await workspace.cdktf(['deploy', stack, '--auto-approve'], say);
    else {
      await workspace.plan(stack);
      await workspace.apply(stack, say);
    }
    const state = await workspace.state(stack);
    return {
      summary: `${publicAddress(state)} serves ${String(state.get('digitalocean_domain.domain')?.name)}`,
      resources: state.size,
    };
  },
});

export const planAgain = (workspace: Workspace): Step => ({
  title: 'plan again',
  async run() {
    const plans = await Promise.all(['staging', 'production'].map((stack) => workspace.plan(stack)));
    for (const { changes } of plans)
      check(changes.length === 0, `the second plan is not clean: ${describeChanges({ changes })}`);
    return { summary: 'clean, both', resources: 0 };
  },
});

export const addEnvironment = (workspace: Workspace): Step => ({
  title: 'add an environment',
  async run(say) {
    await workspace.berth(['env', 'new', 'preview', '--from', 'staging'], say);
    // a preview is there to be destroyed again
    workspace.edit('preview.ts', /(\n\s*name: 'preview',)/, '$1\n  protected: false,');
    await workspace.synth();
    await workspace.plan('preview');
    await workspace.apply('preview', say);
    return {
      summary: 'environments/preview.ts, one new file',
      resources: (await workspace.state('preview')).size,
    };
  },
});

/** An edit that only the desired state carries: no machine is touched. */
export const editSetting = (workspace: Workspace): Step => ({
  title: 'a daily edit',
  async run(say) {
    workspace.edit('staging.ts', "LOG_LEVEL: 'debug'", "LOG_LEVEL: 'info'");
    await workspace.synth();
    const plan = await workspace.plan('staging');
    check(
      describeChanges(plan) ===
        'digitalocean_spaces_bucket_object.desired (update); terraform_data.convergence (delete, create)',
      `more than the config object would change: ${describeChanges(plan)}`,
    );
    await workspace.apply('staging', say);
    return { summary: 'LOG_LEVEL debug → info, in place; no machine touched', resources: 1 };
  },
});

export const destroyEnvironment = (workspace: Workspace, cloud: Cloud): Step => ({
  title: 'destroy an environment',
  async run(say) {
    const plan = await workspace.plan('preview', '-destroy');
    await workspace.apply('preview', say);
    const left = Object.values(cloud.digitalocean.state.droplets).filter(({ name }) => name.endsWith('-preview'));
    check(left.length === 0 && (await workspace.state('preview')).size === 0, 'something of it is left');
    return { summary: 'preview is gone; the others stand', resources: plan.changes.length };
  },
});
