import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { octokitOf, repositoryName } from '../plan/github';
import { setCommitStatus } from '../plan/commit-status';
import { readEvent, synthesizedPull } from '../plan/synthesized-pull';
import { runUrl } from './occasion';

interface Options {
  readonly pending?: boolean;
}

export const pullCommand = (): Command =>
  new Command('pull')
    .description(
      'Find the open pull request that a workflow was started for, and the run that has synthesized its head; prints lines for GITHUB_OUTPUT',
    )
    .option('--pending', 'also set the commit\'s status "berth" to pending')
    .addHelpText(
      'after',
      `
Prints pull=N, head=SHA, run=ID and program-read=true|false; pull= when the pull request is closed or has moved on, run= when its head
was not synthesized. For events workflow_run and pull_request_target (labeled), whose label counts only when whoever set it may write.`,
    )
    .action(async ({ pending }: Options) => {
      const path = process.env.GITHUB_EVENT_PATH;
      if (!path) throw new Error('GITHUB_EVENT_PATH is not set: this command is for a workflow (docs/workflows.md)');
      const [github, repository] = [octokitOf(process.env), repositoryName(process.env.GITHUB_REPOSITORY)];
      const found = await synthesizedPull(github, repository, readEvent(JSON.parse(readFileSync(path, 'utf8'))));
      if (found && pending)
        await setCommitStatus(github, repository, found.head, {
          state: 'pending',
          description: 'Planning each environment that the pull request touches',
          url: runUrl(),
        });
      const lines = {
        pull: found?.pull,
        head: found?.head,
        run: found?.run,
        'program-read': found?.labelledBy !== undefined,
      };
      process.stdout.write(
        Object.entries(lines)
          .map(([name, value]) => `${name}=${value ?? ''}\n`)
          .join(''),
      );
      process.stderr.write(
        `${found ? `pull request ${found.pull} at ${found.head.slice(0, 12)}${found.labelledBy === undefined ? '' : `, labelled by ${found.labelledBy}`}` : 'no open pull request has this head: nothing is planned'}\n`,
      );
    });
