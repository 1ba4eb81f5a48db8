import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadState } from '../definition/load';
import { recordKey, writeRecord } from '../pipeline/sealed-record';
import { seal } from '../pipeline/seal';
import { actor, reviewedCommit } from './occasion';
import { openPlan } from './planned';
import { environmentsFolder, projectRoot } from './project';
import { StateStore } from './state-store';

interface Options {
  readonly plan?: string;
  readonly commit?: string;
}

export const sealCommand = (): Command => new Command('seal')
  .description('Keep the plan that `cdktf diff ENV` left, beside the state: what is reviewed is what `berth deploy` will apply, or nothing')
  .argument('<env>', 'the environment')
  .option('--plan <file>', 'another plan file of it')
  .option('--commit <sha>', 'the commit that is reviewed; left out: the head of the workflow\'s pull request, or the one checked out')
  .action(async (environment: string, { plan, commit }: Options) => {
    const root = projectRoot();
    const store = new StateStore(loadState(environmentsFolder(root)));
    const record = seal(await openPlan(root, environment, plan && resolve(plan)), { commit: reviewedCommit(root, commit), at: new Date(), by: actor() });
    await writeRecord(store, record);
    const count = record.changes.length;
    process.stdout.write(`${environment} is sealed for ${record.commit.slice(0, 12)}: ${count === 0 ? 'no changes' : count === 1 ? '1 change' : `${count} changes`} (${recordKey(environment, record.commit)})\n`);
  });
