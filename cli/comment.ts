import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { composeComment, headline } from '../plan/comment';
import { partsOf, readAffected, readReport, secretsOf } from '../plan/comment-report';
import { setCommitStatus } from '../plan/commit-status';
import { octokitOf, repositoryName } from '../plan/github';
import { inline } from '../plan/markdown';
import { type CommentOutcome, upsertComment } from '../plan/upsert-comment';
import { pullNumber } from './occasion';

interface Options {
  readonly pull?: number;
  readonly commit?: string;
  readonly repository?: string;
  readonly affected?: string;
  readonly whole?: string;
  readonly out?: string;
  readonly failed?: string;
  readonly status?: boolean;
}

export const commentCommand = (): Command =>
  new Command('comment')
    .description('Write the one comment of a pull request from the reviews of its environments, and update it in place')
    .argument(
      '[reviews...]',
      'what `berth review ENV --json` wrote, or { "environment", "failed" } where a plan failed: files, or folders of them',
    )
    .option('--pull <n>', "the pull request; left out, the one of the workflow's event", pullNumber)
    .option(
      '--commit <sha>',
      "the head that was planned; nothing is written when the pull request has moved on; left out, the event's",
    )
    .option('--repository <owner/name>', 'left out: GITHUB_REPOSITORY')
    .option(
      '--affected <file>',
      'what `berth affected --json` wrote: an environment whose review is missing is told as failed',
    )
    .option('--whole <url>', 'where the full review is, for when there is too much of it')
    .option('--failed <text>', 'tell that nothing could be planned, and why')
    .option('--status', 'also set the commit\'s status "berth": red when a plan failed or a policy stands in the way')
    .option('--out <file>', 'only write it to a file')
    .addHelpText(
      'after',
      `
Ends with 0 when the comment is there, or was left alone because the pull request has moved on; with 1 when it tells of a plan that
failed or of a policy that stands in the way (docs/comment.md).`,
    )
    .action(async (paths: string[], options: Options) => {
      const event = readEvent();
      const commit = options.commit ?? event.commit;
      const affected =
        options.affected === undefined ? undefined : readAffected(readText(options.affected), options.affected);
      const files = paths.flatMap((path) => filesAt(path, affected !== undefined));
      const reports = files.map((file) => readReport(readText(file), file, secretsOf(process.env)));
      const notes = [options.failed, affected?.problem].flatMap((note) => (note === undefined ? [] : [inline(note)]));
      const parts = partsOf(reports, affected);
      const body = composeComment(parts, { commit, whole: options.whole, notes, failed: options.failed !== undefined });
      const red =
        options.failed !== undefined ||
        parts.some(({ severity, blocked }) => severity === 'failed' || blocked === true);
      process.exitCode = red ? 1 : 0;
      if (options.out !== undefined) {
        writeFileSync(options.out, body);
        process.stdout.write(`${options.out} is written\n`);
        return;
      }
      const pull = options.pull ?? event.pull;
      if (pull === undefined)
        throw new Error('which pull request? Give --pull N; or --out FILE to only write the comment to a file');
      const repository = repositoryName(options.repository ?? process.env.GITHUB_REPOSITORY);
      const octokit = octokitOf(process.env);
      const outcome = await upsertComment({ octokit, repository, pull, body, commit });
      process.stdout.write(describe(pull, commit, outcome));
      // the run of the newer commit tells
      if (outcome.did === 'outdated') process.exitCode = 0;
      if (options.status) {
        if (commit === undefined) throw new Error('--status is set at a commit: give --commit SHA');
        const description = options.failed === undefined ? headline(parts) : 'Nothing could be planned';
        await setCommitStatus(octokit, repository, commit, {
          state: red ? 'failure' : 'success',
          description,
          url: options.whole,
        });
      }
    });

function describe(pull: number, commit: string | undefined, outcome: CommentOutcome): string {
  if (outcome.did === 'outdated')
    return `pull request ${pull} has moved on to ${outcome.head.slice(0, 12)}: what was planned at ${commit!.slice(0, 12)} is not written; the run of the newer commit tells\n`;
  const doubles =
    outcome.removed === 0 ? '' : `; ${outcome.removed} double${outcome.removed === 1 ? ' was' : 's were'} removed`;
  return `the comment of pull request ${pull} is ${{ created: 'written', updated: 'updated', unchanged: 'there already' }[outcome.did]}${doubles}: ${outcome.url}\n`;
}

/** Every JSON file of a folder, as deep as it is: a workflow's artifacts come in a folder each. */
function filesAt(path: string, mayBeMissing: boolean): string[] {
  if (!existsSync(path)) {
    if (mayBeMissing) return [];
    throw new Error(
      `${path} is not there: give what \`npx berth review ENV --json --out FILE\` wrote, or a folder of such files`,
    );
  }
  if (!statSync(path).isDirectory()) return [path];
  // plain files alone: an artifact may hold anything
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

/** The pull request of the event that started the workflow. */
function readEvent(): { pull?: number; commit?: string } {
  const file = process.env.GITHUB_EVENT_PATH;
  if (!file || !existsSync(file)) return {};
  const { pull_request: pull } = JSON.parse(readFileSync(file, 'utf8')) as {
    pull_request?: { number: number; head: { sha: string } };
  };
  return pull ? { pull: pull.number, commit: pull.head.sha } : {};
}
