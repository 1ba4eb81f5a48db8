import { z } from 'zod';
import { ExplainedError } from '../definition/problem';

/** What Terraform does with one resource, in its own words: a replacement is a pair, and the order says which comes first. */
export type Action = 'no-op' | 'create' | 'read' | 'update' | 'delete' | 'forget';

/** One resource of a plan, with everything that Terraform tells about it. */
export interface ResourceChange {
  readonly address: string;
  /** The address that it had until now, when it moves. */
  readonly previousAddress?: string;
  /** The object that an unfinished replacement has left behind. */
  readonly deposed?: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly actions: readonly Action[];
  /** Nothing (`null`) for what is not there yet, or not any more. Sensitive values are in here in the clear: see `masked`. */
  readonly before: unknown;
  readonly after: unknown;
  /** The shape of `after`, with `true` wherever only an apply will know. */
  readonly afterUnknown: unknown;
  /** The shape of the value, with `true` wherever Terraform hides it; `true` or `false` alone for all of it. */
  readonly beforeSensitive: unknown;
  readonly afterSensitive: unknown;
  /** Which attributes force the replacement. */
  readonly replacePaths: readonly (readonly (string | number)[])[];
  /** Terraform's `action_reason`: `replace_by_triggers`, `delete_because_no_resource_config` … */
  readonly reason?: string;
  /** The id of what is taken over rather than made. */
  readonly importing?: string;
}

/** A plan as `terraform show -json` tells it. Resources that stay as they are, are in it, too. */
export interface Plan {
  readonly formatVersion: string;
  readonly terraformVersion: string;
  /** In Terraform's order. */
  readonly changes: readonly ResourceChange[];
  /** What somebody else changed since the last apply, as far as this plan depends on it. */
  readonly drift: readonly ResourceChange[];
  /** Outputs that change, by name. */
  readonly outputs: Readonly<
    Record<
      string,
      Pick<ResourceChange, 'actions' | 'before' | 'after' | 'afterUnknown' | 'beforeSensitive' | 'afterSensitive'>
    >
  >;
  /** By address, the addresses that a resource's configuration names. */
  readonly references: ReadonlyMap<string, readonly string[]>;
  /** By address, the attributes that the configuration sets; the others are the provider's. */
  readonly configured: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether it is all that there is to do: one made with -target is not. */
  readonly complete: boolean;
  /** When it was made, in ISO 8601; older Terraforms do not say. */
  readonly timestamp?: string;
}

const action = z.enum(['no-op', 'create', 'read', 'update', 'delete', 'forget']);

const valueChange = {
  actions: z.array(action).min(1),
  before: z.unknown(),
  after: z.unknown(),
  after_unknown: z.unknown(),
  before_sensitive: z.unknown(),
  after_sensitive: z.unknown(),
};

const resourceChange = z.object({
  address: z.string().min(1),
  previous_address: z.string().optional(),
  deposed: z.string().optional(),
  mode: z.enum(['managed', 'data']),
  type: z.string().min(1),
  name: z.string(),
  action_reason: z.string().optional(),
  change: z.object({
    ...valueChange,
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
    importing: z.object({ id: z.string().optional() }).optional(),
  }),
});

const configured = z.object({
  address: z.string(),
  expressions: z.record(z.string(), z.unknown()).optional(),
  for_each_expression: z.unknown().optional(),
  depends_on: z.array(z.string()).optional(),
});

const planSchema = z.object({
  format_version: z.string(),
  terraform_version: z.string(),
  errored: z.boolean().optional(),
  complete: z.boolean().optional(),
  timestamp: z.string().optional(),
  // a plan without any resource has neither
  resource_changes: z.array(resourceChange).optional(),
  resource_drift: z.array(resourceChange).optional(),
  output_changes: z.record(z.string(), z.object(valueChange)).optional(),
  configuration: z
    .object({ root_module: z.object({ resources: z.array(configured).optional() }).optional() })
    .optional(),
});

/** The major version of Terraform's plan format that this reads; minor ones only add (developer.hashicorp.com/terraform/internals/json-format). */
const formatMajor = '1';

/**
 * Reads what `terraform show -json PLAN` has printed. `source` is named in errors: the file, or the command.
 * Throws an ExplainedError when it is not all of a plan, or a plan that cannot be applied. No value of the text gets into the error.
 */
export function readPlan(text: string, source: string): Plan {
  const json = parse(text, source);
  const format = (json as { format_version?: unknown } | null)?.format_version;
  if (typeof format !== 'string')
    throw new ExplainedError(
      `${source} is no plan of Terraform: it has no format_version; give what \`terraform show -json PLAN\` prints, or the plan file itself`,
    );
  if (format.split('.')[0] !== formatMajor) {
    throw new ExplainedError(
      `${source} is in plan format ${format.slice(0, 20)}; this reads ${formatMajor}.x: use the Terraform that the project names (docs/review.md), and plan again`,
    );
  }
  if ('values' in (json as object) && !('resource_changes' in (json as object)))
    throw new ExplainedError(`${source} is a state and no plan: give the plan's file to \`terraform show -json\``);
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new ExplainedError(
      `${source} is not a plan as format ${format} describes it: ${path.map(String).join('.')}: ${message}; plan again, with the Terraform that the project names (docs/review.md)`,
    );
  }
  const { data } = parsed;
  const configuration = ofInstances(data.configuration?.root_module?.resources ?? [], data.resource_changes ?? []);
  if (data.errored)
    throw new ExplainedError(
      `${source} is the plan of a run that failed, and cannot be applied: see the error that \`cdktf diff\` ended with, then plan again`,
    );
  return {
    formatVersion: data.format_version,
    terraformVersion: data.terraform_version,
    changes: (data.resource_changes ?? []).map(asChange),
    drift: (data.resource_drift ?? []).map(asChange),
    outputs: Object.fromEntries(
      Object.entries(data.output_changes ?? {}).map(([name, output]) => [name, asValueChange(output)]),
    ),
    references: new Map(
      configuration.map(({ address, expressions, for_each_expression: each, depends_on: after = [] }) => [
        address,
        [
          ...new Set(
            [...referencesIn(expressions), ...referencesIn(each), ...after]
              .filter((name) => !name.startsWith('each.'))
              .map(resourceOf),
          ),
        ],
      ]),
    ),
    configured: new Map(
      configuration.map(({ address, expressions }) => [address, new Set(Object.keys(expressions ?? {}))]),
    ),
    complete: data.complete ?? true,
    timestamp: data.timestamp,
  };
}

/** What is configured once and is there several times, by key, is found under each address. */
function ofInstances(
  resources: readonly z.infer<typeof configured>[],
  changes: readonly { readonly address: string }[],
): z.infer<typeof configured>[] {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const instances = changes
    .filter(({ address }) => address.endsWith(']'))
    .flatMap(({ address }) => {
      const resource = byAddress.get(address.replace(/\[[^[]*\]$/, ''));
      return resource ? [{ ...resource, address }] : [];
    });
  return [...resources, ...instances];
}

function parse(text: string, source: string): unknown {
  if (text.trim() === '') throw new ExplainedError(`${source} is empty: was \`cdktf diff\` stopped? Plan again`);
  try {
    return JSON.parse(text);
  } catch {
    // the parser's own message quotes the text, which may hold a secret
    const cut = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
    throw new ExplainedError(
      `${source} is ${cut ? 'cut off: it begins as JSON and does not end' : 'no JSON'} (${text.length.toLocaleString('en-US')} characters); plan again, and give the file that \`cdktf diff\` left or what \`terraform show -json\` prints`,
    );
  }
}

const asValueChange = (change: z.infer<z.ZodObject<typeof valueChange>>) => ({
  actions: change.actions,
  before: change.before ?? null,
  after: change.after ?? null,
  afterUnknown: change.after_unknown ?? false,
  beforeSensitive: change.before_sensitive ?? false,
  afterSensitive: change.after_sensitive ?? false,
});

const asChange = ({ change, ...resource }: z.infer<typeof resourceChange>): ResourceChange => ({
  address: resource.address,
  previousAddress: resource.previous_address,
  deposed: resource.deposed,
  mode: resource.mode,
  type: resource.type,
  name: resource.name,
  ...asValueChange(change),
  replacePaths: change.replace_paths ?? [],
  reason: resource.action_reason,
  importing: change.importing?.id,
});

/** Every `references` beneath an expression. Terraform names each with all its prefixes: `a.b.id` and `a.b`. */
function referencesIn(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).flatMap(([key, value]) =>
    key === 'references' && Array.isArray(value)
      ? value.filter((name) => typeof name === 'string')
      : referencesIn(value),
  );
}

const resourceOf = (reference: string): string =>
  reference
    .split('.')
    .slice(0, reference.startsWith('data.') ? 3 : 2)
    .join('.');

/** What a change does, in one word; `replace` for either order of a replacement. */
export type Kind = 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'read' | 'no-op';

export function kindOf({ actions }: Pick<ResourceChange, 'actions'>): Kind {
  if (actions.length === 1) return actions[0]!;
  return actions.includes('delete') ? 'replace' : 'forget';
}
