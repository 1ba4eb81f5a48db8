import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { compose, requireDocker } from './docker';
import { projectRoot } from './project';

export const downCommand = (): Command =>
  new Command('down')
    .description('Stop what `berth up` started; the data stays')
    .option('--volumes', 'throw the data away too; asks first')
    .option('--yes', 'do not ask')
    .action(async ({ volumes, yes }: { volumes?: boolean; yes?: boolean }) => {
      const root = projectRoot();
      if (!existsSync(join(root, 'compose.yaml'))) return void process.stdout.write('nothing was ever started here\n');
      await requireDocker();
      if (volumes && !yes && !(await confirmed())) return void process.stdout.write('nothing was done\n');
      await compose(root, ['--profile', 'all', '--profile', 'cron', 'down', ...(volumes ? ['--volumes'] : [])]);
    });

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error('--volumes throws the local databases away, and nobody is here to be asked: add --yes');
  return (await import('@inquirer/confirm')).default({ message: 'Throw the local databases away?', default: false });
}
