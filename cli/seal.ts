import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadState } from '../definition/load';
import { actor, pullNumber, reviewedCommit } from './occasion';
import { forgetPlan, openPlan } from './planned';
import { environmentsFolder, projectRoot } from './project';
import { keepSeal } from './sealing';
import { StateStore } from './state-store';

interface Options {
  readonly plan?: string;
  readonly commit?: string;
  readonly pull?: number;
}

export const sealCommand = (): Command =>
  new Command('seal')
    .description(
      'Keep the plan that `cdktf diff ENV` left, beside the state, so that `berth deploy` applies exactly that or nothing',
    )
    .argument('<env>', 'the environment')
    .option('--plan <file>', 'another plan file of it')
    .option(
      '--commit <sha>',
      "the commit that is reviewed; left out: the head of the workflow's pull request, or the one checked out",
    )
    .option(
      '--pull <n>',
      'the pull request of that commit; nothing is sealed when it is closed, merged or has moved on',
      pullNumber,
    )
    .addHelpText(
      'after',
      '\nThe plan file holds secrets in the clear: the one that `cdktf diff` left is removed once it is sealed.',
    )
    .action(async (environment: string, { plan, commit, pull }: Options) => {
      const root = projectRoot();
      const store = new StateStore(loadState(environmentsFolder(root)));
      await keepSeal(store, await openPlan(root, environment, plan && resolve(plan)), {
        commit: reviewedCommit(root, commit),
        by: actor(),
        pull,
      });
      if (plan === undefined) forgetPlan(root, environment);
    });
