import { readFileSync } from 'node:fs';
import { ids, ofGeneration } from '../definition/addresses';
import { configBucket, deployer, failed } from './environment';
import { hasAnotherDroplet } from './another-droplet';
import { handOverBeforeDetach, type Replacement, waitUntilReplaced } from './replacement';

/** What Terraform runs before the volume leaves a machine, and before that machine is destroyed. The stack that is applied tells whether another one follows. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const { say, spaces, need } = deployer(env);
  if (spaces === undefined) return;
  const step = need('STEP') === 'relieved' ? waitUntilReplaced : handOverBeforeDetach;
  const json = readFileSync('cdk.tf.json', 'utf8');
  await step({
    spaces,
    bucket: need('BUCKET'),
    config: configBucket(json),
    replacement: replacementOf(json, need('GENERATION')),
    exists: () => hasAnotherDroplet(need('NAME'), need('MACHINE'), env),
    say,
  });
}

interface StackJson {
  readonly resource?: {
    readonly terraform_data?: Readonly<
      Record<string, { readonly for_each?: object; readonly triggers_replace?: { readonly desired?: string } }>
    >;
  };
}

/** Nothing when the stack wants no machine, or one of this generation: this one is destroyed with its environment, or made anew at its place. */
function replacementOf(json: string, generation: string): Replacement | undefined {
  const notes = (JSON.parse(json) as StackJson).resource?.terraform_data ?? {};
  const [wanted] = Object.keys(notes.succession?.for_each ?? {});
  const digest = notes[ofGeneration(ids.convergence, Number(wanted))]?.triggers_replace?.desired;
  return wanted === undefined || digest === undefined || wanted === generation
    ? undefined
    : { generation: Number(wanted), digest };
}

main(process.env).catch(failed);
