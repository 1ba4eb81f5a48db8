import { ExplainedError } from '../definition/problem';
import { asking, isFailure, type Octokit, type RepositoryName } from '../plan/github';
import type { NextRelease } from './next-release';

/** GitHub's limit for the text of a release, in characters: https://docs.github.com/rest/releases/releases#create-a-release */
export const limit = 125_000;

export interface Published {
  readonly did: 'created' | 'nothing';
  readonly url: string;
}

/** Creates the tag and the release in one call. A release that is there already stays as it is, so this can be done again at any time. */
export function publishRelease(
  octokit: Octokit,
  repository: RepositoryName,
  { tag, commit }: NextRelease,
  body: string,
): Promise<Published> {
  return asking({ what: `releasing ${tag}`, repository, needs: 'contents: write' }, async () => {
    const released = async (): Promise<string | undefined> =>
      (await unlessUnknown(octokit.request('GET /repos/{owner}/{repo}/releases/tags/{tag}', { ...repository, tag })))
        ?.data.html_url;

    // an older clone knows nothing of the newest tag, and would give its version to another commit
    const tagged = (
      await unlessUnknown(octokit.request('GET /repos/{owner}/{repo}/commits/{ref}', { ...repository, ref: tag }))
    )?.data.sha;
    if (tagged !== undefined && tagged !== commit) {
      throw new ExplainedError(
        `${tag} is the tag of ${tagged.slice(0, 7)} at GitHub, not of ${commit.slice(0, 7)}: fetch the tags (\`git fetch --tags\`) and run it again`,
      );
    }
    const there = await released();
    if (there !== undefined) return { did: 'nothing', url: there };
    try {
      const {
        data: { html_url: url },
      } = await octokit.request('POST /repos/{owner}/{repo}/releases', {
        ...repository,
        tag_name: tag,
        target_commitish: commit,
        name: tag,
        body,
      });
      return { did: 'created', url };
    } catch (error) {
      // made, though its answer got lost: the client asked again and was refused
      const made = await released().catch(() => undefined);
      if (made === undefined) throw error;
      return { did: 'created', url: made };
    }
  });
}

/** The notes with where everything is at their end, which stays when there is too much of them. */
export function releaseBody({ notes, tag, previous }: NextRelease, repositoryUrl: string): string {
  const whole = `Every change: ${repositoryUrl}/${previous === undefined ? `commits/${tag}` : `compare/${previous}...${tag}`}\n`;
  const room = limit - whole.length - '\n\n…'.length - 1;
  const text = notes.length <= room ? notes : `${notes.slice(0, notes.lastIndexOf('\n', room))}\n\n…`;
  return `${text}${text === '' ? '' : '\n\n'}${whole}`;
}

/** GitHub answers 404 for a release that is not there, and 422 for a commit that is none. */
async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isFailure(error) && (error.status === 404 || error.status === 422)) return undefined;
    throw error;
  }
}
