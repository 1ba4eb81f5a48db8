import { z } from 'zod';
import { ApiError } from './api-error';
import { findCommit } from './commits';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { repositoryHtml, repositoryUrl } from './repository-view';
import type { Repository } from './state';
import type { CheckRun } from './issues-and-pulls';

/** https://docs.github.com/en/rest/checks/runs: what an output may hold at once. */
const MAX_TEXT = 65_535;
const MAX_ANNOTATIONS = 50;

const output = z.object({
  title: z.string().optional(),
  summary: z.string().max(MAX_TEXT).optional(),
  text: z.string().max(MAX_TEXT).optional(),
  annotations: z
    .array(z.record(z.string(), z.unknown()))
    .max(MAX_ANNOTATIONS, `at most ${MAX_ANNOTATIONS} annotations at once`)
    .optional(),
});
const change = z.object({
  name: z.string().min(1).optional(),
  external_id: z.string().optional(),
  details_url: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z
    .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
    .optional(),
  started_at: z.iso.datetime({ offset: true }).optional(),
  completed_at: z.iso.datetime({ offset: true }).optional(),
  output: output.optional(),
});
const request = change.extend({ name: z.string().min(1), head_sha: z.string() });

export function mountCheckRuns(api: Api, store: Store): void {
  function render(repository: Repository, { output: { annotations, ...told }, ...run }: CheckRun) {
    const url = `${repositoryUrl(repository)}/check-runs/${run.id}`;
    return {
      ...run,
      url,
      node_id: store.nodeId('CR', run.id),
      html_url: `${repositoryHtml(repository)}/runs/${run.id}`,
      check_suite: { id: run.id },
      app: null,
      pull_requests: [],
      output: { ...told, annotations_count: annotations.length, annotations_url: `${url}/annotations` },
    };
  }

  function apply(run: CheckRun, { output: told, ...given }: z.infer<typeof change>): void {
    if (given.status === 'completed' && given.conclusion === undefined)
      throw new ApiError(422, 'Invalid request.\n\nconclusion is required when status is completed');
    Object.assign(run, given);
    if (told)
      run.output = { ...run.output, ...told, annotations: [...run.output.annotations, ...(told.annotations ?? [])] };
    if (given.conclusion !== undefined)
      Object.assign(run, { status: 'completed', completed_at: given.completed_at ?? store.now() });
  }

  for (const base of REPOSITORY) {
    const wanted = (call: Call) => store.find(store.repository(call).checkRuns, call.req.param('check')!);

    api.post(`${base}/check-runs`, async (call: Call) => {
      const repository = store.repository(call);
      const { name, head_sha, ...given } = await body(call, request);
      if (!Object.hasOwn(store.commits(repository), head_sha))
        throw new ApiError(422, `No commit found for SHA: ${head_sha}`);
      const run: CheckRun = {
        id: 4_400_000 + store.count('check_run'),
        name,
        head_sha,
        external_id: '',
        details_url: null,
        status: 'queued',
        conclusion: null,
        started_at: store.now(),
        completed_at: null,
        output: { title: null, summary: null, text: null, annotations: [] },
      };
      apply(run, given);
      repository.checkRuns[run.id] = run;
      return call.json(render(repository, run), 201);
    });

    api.get(`${base}/check-runs/:check`, (call: Call) => call.json(render(store.repository(call), wanted(call))));

    api.patch(`${base}/check-runs/:check`, async (call: Call) => {
      const run = wanted(call);
      apply(run, await body(call, change));
      return call.json(render(store.repository(call), run));
    });

    api.get(`${base}/commits/:sha/check-runs`, (call: Call) => {
      const repository = store.repository(call);
      const { sha } = findCommit(store, repository, call.req.param('sha')!);
      const found = Object.values(repository.checkRuns).filter(
        ({ head_sha: of, name }) => of === sha && name === (call.req.query('check_name') ?? name),
      );
      return call.json({
        total_count: found.length,
        check_runs: pageOf(call, found).map((run) => render(repository, run)),
      });
    });
  }
}
