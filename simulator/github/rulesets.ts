import { z } from 'zod';
import { ApiError } from './api-error';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { repositoryUrl } from './repository-view';
import type { Repository, Ruleset } from './state';

const RULES = [
  'creation',
  'update',
  'deletion',
  'required_linear_history',
  'merge_queue',
  'required_deployments',
  'required_signatures',
  'pull_request',
  'required_status_checks',
  'non_fast_forward',
  'commit_message_pattern',
  'commit_author_email_pattern',
  'committer_email_pattern',
  'branch_name_pattern',
  'tag_name_pattern',
  'file_path_restriction',
  'max_file_path_length',
  'file_extension_restriction',
  'max_file_size',
  'workflows',
  'code_scanning',
] as const;

const ACTORS = ['Integration', 'OrganizationAdmin', 'RepositoryRole', 'Team', 'DeployKey', 'User'] as const;

const fields = z.object({
  name: z.string().min(1),
  target: z.enum(['branch', 'tag', 'push']).default('branch'),
  enforcement: z.enum(['disabled', 'active', 'evaluate']),
  bypass_actors: z
    .array(
      z.object({
        actor_id: z.number().nullish(),
        actor_type: z.enum(ACTORS),
        bypass_mode: z.enum(['always', 'pull_request', 'exempt']).default('always'),
      }),
    )
    .nullish()
    .transform((list) => list ?? []),
  conditions: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((given) => given ?? undefined),
  rules: z
    .array(z.object({ type: z.enum(RULES), parameters: z.record(z.string(), z.unknown()).optional() }))
    .nullish()
    .transform((list) => list ?? []),
});

/** Only a fork can be let fetch and merge: elsewhere the parameter is taken and forgotten, and providers send it unasked. */
const settled = ({ fork_of: origin }: Repository, { type, parameters }: Ruleset['rules'][number]) =>
  type === 'update' && origin === undefined ? { type } : { type, ...(parameters && { parameters }) };

export function mountRulesets(api: Api, store: Store): void {
  const render = (repository: Repository, { bypass_actors, conditions, rules, ...ruleset }: Ruleset, whole = true) => ({
    ...ruleset,
    node_id: store.nodeId('RRS', ruleset.id),
    source_type: 'Repository',
    source: `${repository.owner}/${repository.name}`,
    _links: {
      self: { href: `${repositoryUrl(repository)}/rulesets/${ruleset.id}` },
      html: { href: `https://github.com/${repository.owner}/${repository.name}/rules/${ruleset.id}` },
    },
    ...(whole && {
      bypass_actors,
      conditions,
      rules: rules.map((rule) => settled(repository, rule)),
      current_user_can_bypass: 'never',
    }),
  });

  function refuseDuplicate(repository: Repository, name: string | undefined, except?: Ruleset): void {
    const taken = Object.values(repository.rulesets).some((other) => other !== except && other.name === name);
    if (taken)
      throw new ApiError(422, 'Validation Failed', [
        { resource: 'RepositoryRuleset', code: 'custom', field: 'name', message: 'Name must be unique' },
      ]);
  }

  for (const base of REPOSITORY) {
    const wanted = (call: Call) => store.find(store.repository(call).rulesets, call.req.param('ruleset')!);

    api.get(`${base}/rulesets`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(
        pageOf(call, Object.values(repository.rulesets)).map((ruleset) => render(repository, ruleset, false)),
      );
    });

    api.post(`${base}/rulesets`, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(call, fields);
      refuseDuplicate(repository, given.name);
      const id = 9_000_000 + store.count('ruleset');
      repository.rulesets[id] = { id, ...given, created_at: store.now(), updated_at: store.now() };
      return call.json(render(repository, repository.rulesets[id]), 201);
    });

    api.get(`${base}/rulesets/:ruleset`, (call: Call) => call.json(render(store.repository(call), wanted(call))));

    api.put(`${base}/rulesets/:ruleset`, async (call: Call) => {
      const ruleset = wanted(call);
      // Absent fields are left as they are, except for the rules.
      const sent = await body(call, z.record(z.string(), z.unknown()));
      const given = await body(call, fields.partial());
      refuseDuplicate(store.repository(call), given.name, ruleset);
      Object.assign(
        ruleset,
        { rules: [] },
        Object.fromEntries(Object.entries(given).filter(([field]) => field in sent)),
        {
          updated_at: store.now(),
        },
      );
      return call.json(render(store.repository(call), ruleset));
    });

    api.delete(`${base}/rulesets/:ruleset`, (call: Call) => {
      delete store.repository(call).rulesets[wanted(call).id];
      return call.body(null, 204);
    });
  }
}
