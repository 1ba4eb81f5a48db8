import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, startCloud } from '../scenario/cloud';
import { withoutCredentials } from '../simulator/credentials';
import { measure, type Measured, type Runs, type Variant } from './measure';
import { environmentNames } from './own-project';
import { readStacks } from './stack-json';
import { appOf, twins } from './synth';

export interface PlanRow {
  /** `cdktf diff` of one environment that does not exist yet. */
  readonly ours: Measured;
  readonly stock: Measured;
  /** Its two parts that are not the CLI: our program, and Terraform on the same JSON. */
  readonly synth: Measured;
  readonly terraform: Measured;
}

/** One plan in a rehearsed cloud, each time from a fresh checkout, as CI has it. */
export async function measurePlan(root: string, stockInstall: string, runs: Runs): Promise<PlanRow> {
  const plain = withoutCredentials(process.env);
  const { own, stock, remove } = await twins(root, stockInstall, 1, plain);
  let cloud: Cloud | undefined;
  try {
    cloud = await startCloud();
    cloud.spaces.createBucket(String(readStacks(own).get('state')!.terraform.backend.s3.bucket));
    const env = { ...plain, ...cloud.env(), CI: '1', TF_INPUT: '0', TF_IN_AUTOMATION: '1' };
    const [stack] = environmentNames(1);
    const stackFolder = join(own, 'cdktf.out', 'stacks', stack!);
    const diff = (project: string, packages: string): Variant => ({
      // without the lock file that ours commits, the stock project would ask the provider registry
      command: `node ${JSON.stringify(join(packages, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf'))} diff ${stack} --no-color --skip-provider-lock`,
      cwd: project,
      env,
      before: () => rmSync(join(project, 'cdktf.out'), { recursive: true, force: true }),
    });
    const binary = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
    return await measure(
      {
        ours: diff(own, root),
        synth: appOf(own, env),
        terraform: {
          command: `${binary} init -no-color && ${binary} plan -no-color -out plan`,
          cwd: stackFolder,
          env,
          before: () => rmSync(join(stackFolder, '.terraform'), { recursive: true, force: true }),
        },
        stock: diff(stock, stockInstall),
      },
      runs,
    );
  } finally {
    await cloud?.close();
    remove();
  }
}
