import { type Values } from '../../terraform/value';
import { first } from '../define';
import { omitEmpty } from '../go';

const switches = ['creation', 'deletion', 'required_linear_history', 'required_signatures', 'non_fast_forward'];
const patterns = [
  'commit_message_pattern',
  'commit_author_email_pattern',
  'committer_email_pattern',
  'branch_name_pattern',
  'tag_name_pattern',
];

const pick = (from: Values, names: string[]): Values =>
  Object.fromEntries(names.map((name) => [name, from[name] ?? null]));

/** A rule that is a block: its attributes are the parameters that GitHub takes, unless it says otherwise. */
interface BlockRule {
  parameters: string[];
  type?: string;
  toApi?(block: Values): Values;
  fromApi?(parameters: Values): Values;
}

const pattern: BlockRule = {
  parameters: [],
  toApi: ({ name, negate, operator, pattern: text }) => ({ ...omitEmpty({ name, negate }), operator, pattern: text }),
  fromApi: ({ name = '', negate = false, operator, pattern: text }) => ({ name, negate, operator, pattern: text }),
};

const blocks: Record<string, BlockRule> = {
  ...Object.fromEntries(patterns.map((name) => [name, pattern])),
  pull_request: {
    parameters: [
      'dismiss_stale_reviews_on_push',
      'require_code_owner_review',
      'require_last_push_approval',
      'required_approving_review_count',
      'required_review_thread_resolution',
    ],
  },
  merge_queue: {
    parameters: [
      'check_response_timeout_minutes',
      'grouping_strategy',
      'max_entries_to_build',
      'max_entries_to_merge',
      'merge_method',
      'min_entries_to_merge',
      'min_entries_to_merge_wait_minutes',
    ],
  },
  required_deployments: { parameters: ['required_deployment_environments'] },
  required_status_checks: {
    parameters: [],
    toApi: (block) => ({
      do_not_enforce_on_create: block.do_not_enforce_on_create,
      required_status_checks: block.required_check.map(({ context, integration_id }: Values) => ({
        context,
        ...omitEmpty({ integration_id }),
      })),
      strict_required_status_checks_policy: block.strict_required_status_checks_policy ?? false,
    }),
    fromApi: (parameters) => ({
      do_not_enforce_on_create: parameters.do_not_enforce_on_create ?? false,
      required_check: (parameters.required_status_checks ?? []).map((check: Values) => ({
        context: check.context,
        integration_id: check.integration_id ?? 0,
      })),
      strict_required_status_checks_policy: parameters.strict_required_status_checks_policy ?? false,
    }),
  },
  required_code_scanning: {
    type: 'code_scanning',
    parameters: [],
    toApi: (block) => ({ code_scanning_tools: block.required_code_scanning_tool }),
    fromApi: (parameters) => ({
      required_code_scanning_tool: (parameters.code_scanning_tools ?? []).map((tool: Values) =>
        pick(tool, ['tool', 'alerts_threshold', 'security_alerts_threshold']),
      ),
    }),
  },
  file_path_restriction: { parameters: ['restricted_file_paths'] },
  max_file_path_length: { parameters: ['max_file_path_length'] },
  file_extension_restriction: { parameters: ['restricted_file_extensions'] },
  max_file_size: { parameters: ['max_file_size'] },
};

/** The block `rules` as the list of rules that GitHub takes. */
export function rulesBody(block: Values): Values[] {
  const rules: Values[] = switches.filter((name) => block[name]).map((type) => ({ type }));
  // The provider reads the wrong key: whoever restricts updates also allows fetch and merge.
  if (block.update) rules.push({ type: 'update', parameters: { update_allows_fetch_and_merge: true } });
  for (const [name, { type = name, parameters, toApi }] of Object.entries(blocks)) {
    const inner = first<Values>(block[name]);
    if (inner) rules.push({ type, parameters: toApi ? toApi(inner) : pick(inner, parameters) });
  }
  return rules;
}

/** GitHub's list of rules as the block `rules`: what is not there appears as false or empty. */
export function rulesValues(rules: Values[]): Values {
  const of = (type: string) => rules.find((rule) => rule.type === type);
  const values: Values = Object.fromEntries(switches.map((name) => [name, of(name) !== undefined]));
  values.update = of('update') !== undefined;
  values.update_allows_fetch_and_merge = of('update')?.parameters?.update_allows_fetch_and_merge ?? false;
  for (const [name, { type = name, parameters, fromApi }] of Object.entries(blocks)) {
    const told = of(type)?.parameters as Values | undefined;
    values[name] = told ? [fromApi ? fromApi(told) : pick(told, parameters)] : [];
  }
  return values;
}
