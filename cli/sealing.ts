import { ExplainedError } from '../definition/problem';
import { describeDifferences } from '../plan/decision';
import { asking, octokitOf, repositoryName } from '../plan/github';
import { usesOf } from '../plan/history';
import type { RecordStore } from '../plan/record-store';
import { fileDifferences, type Planned, seal } from '../plan/seal';
import { readRecord, writeRecord } from '../plan/sealed-record';
import { recordKey, type SealedRecord } from '../contract/sealed-record';
import { stackDifferences } from '../plan/stack-difference';

export interface Sealing {
  readonly commit: string;
  readonly by: string;
  /** The pull request that the commit is the head of. */
  readonly pull?: number;
}

/** Keeps a plan as a review. A review that was used stays used: what is applied cannot be made applicable again by sealing it once more. */
export async function keepSeal(
  store: RecordStore,
  planned: Planned,
  { commit, by, pull }: Sealing,
): Promise<SealedRecord> {
  if (pull !== undefined) await mustBeOpen(pull, commit);
  const { environment } = planned;
  const before = await readRecord(store, environment, commit).catch(() => undefined);
  const applied = before && (await usesOf(store, before)).find(({ outcome }) => outcome === 'applied');
  if (applied)
    throw new ExplainedError(
      `${environment} is not sealed for ${commit.slice(0, 12)}: the review of this commit was applied at ${applied.at}, and a review holds for one deploy. Push another commit`,
    );
  const record = seal(planned, { commit, at: new Date(), by });
  if (pull !== undefined && before) mustBeSameStack(before, record);
  await writeRecord(store, record);
  const count = record.changes.length;
  process.stderr.write(
    `${environment} is sealed for ${commit.slice(0, 12)}: ${count === 0 ? 'no changes' : count === 1 ? '1 change' : `${count} changes`} (${recordKey(environment, commit)})\n`,
  );
  return record;
}

/**
 * What was reviewed stays what it is: code that says something else when it is synthesized again (in another run, for another pull request of the
 * same commit) does not take its review's place. A destroy is planned by the default branch's code, which moves on.
 */
function mustBeSameStack(before: SealedRecord, record: SealedRecord): void {
  const destroys = ({ changes }: SealedRecord): boolean =>
    changes.length > 0 && changes.every(({ actions }) => actions.join() === 'delete');
  const differences = [
    ...stackDifferences(before.stack, record.stack),
    ...fileDifferences(before.assets, record.assets),
  ];
  if (differences.length === 0 || (destroys(before) && destroys(record))) return;
  throw new ExplainedError(
    [
      `${record.environment} is not sealed for ${record.commit.slice(0, 12)}: this commit was reviewed with another stack, sealed ${before.sealedAt}. The code of one commit says one thing`,
      ...describeDifferences(differences).map((line) => `  ${line}`),
      "Look at what makes it differ (the environment's files ask for the time, the run or the pull request), and push another commit.",
    ].join('\n'),
  );
}

/** A run that is started again must not bring back what was closed, merged or pushed over since. */
export async function mustBeOpen(pull: number, commit: string): Promise<void> {
  const repository = repositoryName(process.env.GITHUB_REPOSITORY);
  const { data } = await asking(
    { what: `looking at pull request ${pull}`, repository, needs: 'pull-requests: read' },
    () =>
      octokitOf(process.env).request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...repository,
        pull_number: pull,
      }),
  );
  const why = data.merged
    ? 'it is merged'
    : data.state !== 'open'
      ? 'it is closed'
      : data.head.sha !== commit
        ? `its head is ${data.head.sha.slice(0, 12)} by now`
        : undefined;
  if (why !== undefined)
    throw new ExplainedError(`pull request ${pull} is not planned at ${commit.slice(0, 12)}: ${why}`);
}
