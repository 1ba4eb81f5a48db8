import { z } from 'zod';
import { ExplainedError } from '../definition/problem';
import { asking, type Octokit, type RepositoryName } from './github';

const sha = z.string().regex(/^[0-9a-f]{40}$/);
/** What GitHub tells of the event that started a workflow, as far as it is read here. */
const eventSchema = z.object({
  workflow_run: z
    .object({
      id: z.int(),
      event: z.string(),
      conclusion: z.string().nullable(),
      head_sha: sha,
      head_branch: z.string(),
      head_repository: z.object({ owner: z.object({ login: z.string() }) }),
    })
    .optional(),
  pull_request: z.object({ number: z.int(), head: z.object({ sha }) }).optional(),
  sender: z.object({ login: z.string() }).optional(),
});
export type WorkflowEvent = z.infer<typeof eventSchema>;

export const readEvent = (json: unknown): WorkflowEvent => eventSchema.parse(json);

/** A pull request whose head was synthesized, and by which run. */
export interface SynthesizedPull {
  readonly pull: number;
  readonly head: string;
  /** The run that has left the synthesis; absent when there is none that ended well. */
  readonly run?: number;
  /** Somebody who may write has set a label on this very commit. */
  readonly labelledBy?: string;
}

/** The file of the workflow that synthesizes. */
const workflow = '.github/workflows/synth.yml';

/**
 * The pull request that an event is about; nothing when it is closed, or has moved on. After a synth it is the one whose head was
 * synthesized; after a label, the one that was labelled, and only if whoever did it may write.
 */
export function synthesizedPull(
  github: Octokit,
  repository: RepositoryName,
  event: WorkflowEvent,
): Promise<SynthesizedPull | undefined> {
  return asking(
    { what: 'finding the pull request of this event', repository, needs: 'pull-requests: read, actions: read' },
    () => {
      if (event.workflow_run) return ofRun(github, repository, event.workflow_run);
      if (event.pull_request) return ofLabel(github, repository, event.pull_request, event.sender?.login);
      throw new ExplainedError(
        'this event is about no pull request: it is for workflow_run and pull_request_target (docs/workflows.md)',
      );
    },
  );
}

async function ofRun(
  github: Octokit,
  repository: RepositoryName,
  {
    id,
    event,
    conclusion,
    head_sha: head,
    head_branch: branch,
    head_repository: { owner },
  }: NonNullable<WorkflowEvent['workflow_run']>,
): Promise<SynthesizedPull | undefined> {
  if (event !== 'pull_request') return undefined;
  const { data } = await github.request('GET /repos/{owner}/{repo}/pulls', {
    ...repository,
    state: 'open',
    head: `${owner.login}:${branch}`,
    per_page: 100,
  });
  const pull = data.find((each) => each.head.sha === head);
  return pull && { pull: pull.number, head, ...(conclusion === 'success' && { run: id }) };
}

async function ofLabel(
  github: Octokit,
  repository: RepositoryName,
  { number, head: { sha: head } }: NonNullable<WorkflowEvent['pull_request']>,
  sender: string | undefined,
): Promise<SynthesizedPull | undefined> {
  if (sender === undefined) throw new ExplainedError('the event does not say who set the label');
  const {
    data: { permission },
  } = await github.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
    ...repository,
    username: sender,
  });
  if (permission !== 'admin' && permission !== 'write')
    throw new ExplainedError(
      `${sender} may not write to ${repository.owner}/${repository.repo} (${permission}): the label of somebody who may counts`,
    );
  const { data: pull } = await github.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...repository,
    pull_number: number,
  });
  // what was pushed since the label was set, nobody has looked at
  if (pull.state !== 'open' || pull.head.sha !== head) return undefined;
  const {
    data: { workflow_runs: runs },
  } = await github.request('GET /repos/{owner}/{repo}/actions/runs', {
    ...repository,
    head_sha: head,
    event: 'pull_request',
    status: 'success',
    per_page: 100,
  });
  const run = runs.find(({ path }) => path.split('@')[0] === workflow);
  return { pull: number, head, ...(run && { run: Number(run.id) }), labelledBy: sender };
}
