import { reviewMarker } from './comment';
import { asking, isFailure, isPassing, type Octokit, type RepositoryName } from './github';
import { isOurs, type Written } from './marker';
import { ourselves } from './ourselves';

export interface CommentToWrite {
  readonly octokit: Octokit;
  readonly repository: RepositoryName;
  /** The pull request's number. */
  readonly pull: number;
  /** Begins with its marker, as `composeComment` makes it. */
  readonly body: string;
  /** The head that was planned: nothing is written when the pull request has another by now. */
  readonly commit?: string;
}

export type CommentOutcome =
  | {
      readonly did: 'created' | 'updated' | 'unchanged';
      readonly url: string;
      /** Doubles that two runs had left. */ readonly removed: number;
    }
  | { readonly did: 'outdated'; /** The pull request's head by now. */ readonly head: string };

interface Comment extends Written {
  readonly id: number | bigint;
  readonly html_url: string;
}

const tries = 4;
const oldestFirst = (one: Comment, other: Comment): number => (one.id < other.id ? -1 : 1);

/**
 * Writes the one comment of a pull request: in place when it is there, anew when it is not or not any more. Of two that raced,
 * the older stays. An answer that never came is looked for rather than asked for again, so that nothing is written twice.
 */
export async function upsertComment({
  octokit,
  repository,
  pull,
  body,
  commit,
}: CommentToWrite): Promise<CommentOutcome> {
  const doing = { what: `writing the comment of pull request ${pull}`, repository, needs: 'pull-requests: write' };
  return asking(doing, async () => {
    const us = await ourselves(octokit);
    const ours = async (): Promise<Comment[]> => {
      const all: Comment[] = await octokit.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...repository,
        issue_number: pull,
        per_page: 100,
      });
      return all.filter((comment) => isOurs(comment, reviewMarker, us)).sort(oldestFirst);
    };
    const keepFirst = async ([first, ...doubles]: readonly Comment[]): Promise<
      { did: 'updated' | 'unchanged'; url: string; removed: number } | undefined
    > => {
      const did = await update(first!);
      if (did === 'gone') return undefined;
      for (const { id } of doubles) await remove(id);
      return { did, url: first!.html_url, removed: doubles.length };
    };
    const update = async (comment: Comment): Promise<'updated' | 'unchanged' | 'gone'> => {
      if (sameText(comment.body ?? '', body)) return 'unchanged';
      const found = await unlessGone(
        octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          ...repository,
          comment_id: comment.id,
          body,
        }),
      );
      return found ? 'updated' : 'gone';
    };
    const remove = (id: number | bigint) =>
      unlessGone(
        octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...repository, comment_id: id }),
      );

    let lost = false;
    for (let attempt = 1; ; attempt++) {
      const found = await ours();
      // asked for last, so that as little as possible can happen between this and the write
      const {
        data: { head },
      } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...repository, pull_number: pull });
      if (commit !== undefined && head.sha !== commit) return { did: 'outdated', head: head.sha };
      if (found.length > 0) {
        const kept = await keepFirst(found);
        if (kept) return lost ? { ...kept, did: 'created' } : kept;
        if (attempt < tries) continue;
      }
      try {
        const { data: made } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          ...repository,
          issue_number: pull,
          body,
          request: { retries: 0 },
        });
        // an app's token cannot be asked who it is; what it wrote tells
        if (made.user) us.push(made.user.login);
        const kept = await keepFirst(
          [
            ...new Map([...(await ours()), made].map((comment): [unknown, Comment] => [comment.id, comment])).values(),
          ].sort(oldestFirst),
        );
        return { did: 'created', url: kept?.url ?? made.html_url, removed: kept?.removed ?? 0 };
      } catch (error) {
        if (!isPassing(error) || attempt >= tries) throw error;
        lost = true;
        await octokit.pause(attempt ** 2);
      }
    }
  });
}

/** Somebody else may have deleted it in between. */
async function unlessGone(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (isFailure(error) && (error.status === 404 || error.status === 410)) return false;
    throw error;
  }
}

const sameText = (one: string, other: string): boolean =>
  [one, other].map((text) => text.replace(/\r\n/g, '\n').trimEnd()).every((text, _, [first]) => text === first);
