import { Command } from 'commander';
import { octokitOf, repositoryName } from '../plan/github';
import { nextRelease } from './next-release';
import { publishRelease, releaseBody } from './publish-release';

interface Options {
  readonly dryRun?: boolean;
  readonly repository?: string;
}

const program = new Command('release')
  .description(
    'Releases this repository at the commit that is checked out: the next version and its notes from conventional commits, a tag, a release at GitHub',
  )
  .option('--dry-run', 'only tell what it would be')
  .option('--repository <owner/name>', 'left out: GITHUB_REPOSITORY')
  .addHelpText(
    'after',
    '\nEnds with 0 when the release is there, or when there is nothing to release. Needs GITHUB_TOKEN, but for --dry-run.',
  )
  .action(async ({ dryRun, repository: given }: Options) => {
    const next = await nextRelease(process.cwd());
    if ('nothing' in next) {
      process.stdout.write(`${next.nothing}\n`);
      return;
    }
    if (dryRun) {
      process.stdout.write(`${next.tag} would be released, of ${next.commit.slice(0, 7)}\n\n${next.notes}\n`);
      return;
    }
    const repository = repositoryName(given ?? process.env.GITHUB_REPOSITORY);
    const body = releaseBody(
      next,
      `${process.env.GITHUB_SERVER_URL ?? 'https://github.com'}/${repository.owner}/${repository.repo}`,
    );
    const { did, url } = await publishRelease(octokitOf(process.env), repository, next, body);
    process.stdout.write(`${next.tag} ${did === 'created' ? 'is released' : 'was released already'}: ${url}\n`);
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
