import { actionWords } from './action-words';
import { z } from 'zod';
import { ids } from '../definition/addresses';
import { ExplainedError } from '../definition/problem';
import { type Cause, type DefinitionText, locator } from './cause';
import { type AttributeChange, attributeChanges, isChange, rootOf, visible } from './change';
import { categories, type Category, type Consequence, effects } from './consequence';
import { consequencesOf, countedWords } from './consequences';
import { costOf, difference } from './cost';
import { desiredDiff } from './desired-diff';
import { driftOf } from './drift';
import { diagramOf } from './diagram';
import { knownTypes } from './known-types';
import { kindOf, type Plan, type ResourceChange } from './plan';
import { type Acknowledgement, blocking, open, outcomesOf } from './policy';
import { looksSecret } from './secret-text';

const level = z.enum(['error', 'warning', 'note']);
const source = z.enum(['default', 'product', 'environment']);

const causeSchema = z.object({ path: z.string(), file: z.string().optional(), line: z.int().optional(), source });

const consequenceSchema = z.object({
  effect: z.enum(effects),
  category: z.enum(Object.keys(categories) as [Category, ...Category[]]),
  subject: z.string(),
  what: z.string().optional(),
  says: z.string(),
  interruption: z.string().optional(),
  data: z.enum(['lost', 'kept']).optional(),
  address: z.enum(['lost', 'kept']).optional(),
  secrets: z.literal('re-created').optional(),
  alternative: z.string().optional(),
  resources: z.array(z.string()).readonly(),
  cause: causeSchema.optional(),
});

const changeSchema = z.object({
  address: z.string(),
  type: z.string(),
  action: z.string(),
  /** Terraform's own reason for it. */
  reason: z.string().optional(),
  /** Masked as Terraform masks them. */
  attributes: z
    .array(
      z.object({
        path: z.string(),
        before: z.string().optional(),
        after: z.string().optional(),
        forcesReplacement: z.boolean(),
      }),
    )
    .readonly(),
});

/** What `berth review --json` writes. Within version 1 fields are added, and none changes its meaning. */
export const reviewSchema = z.object({
  version: z.literal(1),
  environment: z.string(),
  terraform: z.string(),
  /** When the plan was made, ISO 8601. */
  planned: z.string().optional(),
  /** One line of plain text. */
  verdict: z.string(),
  severity: z.enum(['destructive', 'changed', 'unchanged']),
  /** What a reviewer has to know before all else, a sentence each. */
  warnings: z.array(z.string()).readonly().default([]),
  consequences: z.array(consequenceSchema).readonly(),
  cost: z.object({
    before: z.number(),
    after: z.number(),
    difference: z.number(),
    items: z
      .array(
        z.object({
          address: z.string(),
          what: z.string(),
          before: z.number().optional(),
          after: z.number().optional(),
        }),
      )
      .readonly(),
    unpriced: z.array(z.object({ address: z.string(), what: z.string() })).readonly(),
    shared: z.array(z.string()).readonly(),
    asOf: z.object({ droplets: z.string(), others: z.string() }),
  }),
  policies: z
    .array(
      z.object({
        policy: z.string(),
        level,
        title: z.string(),
        message: z.string(),
        address: z.string().optional(),
        file: z.string().optional(),
        line: z.int().optional(),
        acknowledged: z.object({ reason: z.string(), until: z.string() }).optional(),
        docs: z.string(),
      }),
    )
    .readonly(),
  /** Whether a policy of level "error" stands in the way. */
  blocked: z.boolean(),
  changes: z.array(changeSchema).readonly(),
  /** What somebody has changed since the last apply, in attributes that the configuration sets; this plan takes it back. */
  drift: z.array(changeSchema).readonly(),
  /** Outputs that change, by name; their values are not here. */
  outputs: z.array(z.string()).readonly(),
  /** A unified diff of what the machine converges to; empty when it stays. */
  desired: z.string(),
  /** Mermaid; empty when nothing changes. */
  diagram: z.string(),
});

export type Review = z.infer<typeof reviewSchema>;

export interface ReviewOptions {
  readonly environment: string;
  /** The environment as its files say it; left out for one whose file is gone. */
  readonly definition?: {
    /** Of everything that belongs to it at DigitalOcean: another environment's plan has another one. */
    readonly tag: string;
    readonly acknowledge: readonly Acknowledgement[];
    readonly text: DefinitionText;
  };
  /** What the plan does not say and a reviewer must know, such as a program that is not the reviewer's own: a sentence each. */
  readonly warnings?: readonly string[];
  /** A day in ISO 8601: which acknowledgements still count. */
  readonly today: string;
}

/** Everything a person must know about a plan before it is merged. */
export function review(plan: Plan, { environment, definition, today, warnings: given = [] }: ReviewOptions): Review {
  if (definition) mustBelongTo(plan, environment, definition.tag);
  const locate = definition && locator(definition.text);
  const consequences = consequencesOf(plan);
  const cost = costOf(plan);
  const policies = outcomesOf({ plan, consequences, today, acknowledgements: definition?.acknowledge ?? [] }, locate);
  // one judge of drift for this and for `berth drift`
  const { drifted: ofDrift } = driftOf(plan, environment);
  const drift = plan.drift
    .filter(({ address }) => ofDrift.some((one) => one.address === address))
    .map((change) => summary(change, plan));
  const behind = new Set(ofDrift.filter(({ takenBack }) => takenBack).map(({ address }) => address));
  const drifted = ({ resources }: { resources: readonly string[] }): boolean =>
    resources.some((address) => behind.has(address));
  const changes = plan.changes.filter((change) => change.mode === 'managed' && isChange(change));
  const warnings = [...warningsOf(plan), ...given];
  return {
    version: 1,
    environment,
    terraform: plan.terraformVersion,
    ...(plan.timestamp === undefined ? {} : { planned: plan.timestamp }),
    warnings,
    verdict: [
      countedWords(consequences, plan),
      consequences.length === 0 ? difference(cost) : (difference(cost) ?? '+$0.00 a month'),
      policyWords(policies),
      warningWords(warnings),
    ]
      .filter((part) => part !== undefined)
      .join(' · '),
    severity: changes.length === 0 ? 'unchanged' : consequences.some(isDestructive) ? 'destructive' : 'changed',
    consequences: consequences.map(({ paths, ...consequence }) =>
      drifted(consequence)
        ? {
            ...consequence,
            says: `${consequence.says}; this takes back what somebody has changed since the last deploy`,
          }
        : { ...consequence, ...found(locate?.(paths)) },
    ),
    cost,
    policies,
    blocked: blocking(policies).length > 0,
    changes: changes.map((change) => summary(change, plan)),
    drift,
    outputs: Object.entries(plan.outputs)
      .filter(([, { actions }]) => actions.join() !== 'no-op')
      .map(([name]) => name),
    desired: desiredOf(plan),
    diagram: diagramOf(plan, consequences),
  };
}

/** Whether something is gone after it that was there before. */
export const isDestructive = ({ effect, data }: Pick<Consequence, 'effect' | 'data'>): boolean =>
  effect === 'destroyed' || effect === 'replaced' || data === 'lost';

const found = (cause: Cause | undefined): { cause?: Cause } => (cause === undefined ? {} : { cause });

/** Attributes that the configuration says, or that force something; what only the provider computes is left to Terraform's own diff. */
function summary(change: ResourceChange, plan: Plan): Review['changes'][number] {
  const configured = plan.configured.get(change.address);
  const whole = change.before === null || change.after === null;
  const attributes = whole
    ? []
    : attributeChanges(change)
        .filter(
          ({ path, forcesReplacement }) =>
            forcesReplacement || configured === undefined || configured.has(rootOf(path)),
        )
        .map((attribute) => withoutText(change, attribute));
  return {
    address: change.address,
    type: change.type,
    action: change.previousAddress === undefined || kindOf(change) !== 'no-op' ? actionWords[kindOf(change)] : 'moved',
    ...(change.reason === undefined ? {} : { reason: change.reason }),
    attributes,
  };
}

/** Texts of objects are long, and what is in them is told elsewhere; a variable may be a secret by its name. */
function withoutText(change: ResourceChange, attribute: AttributeChange): AttributeChange {
  const { path, before, after } = attribute;
  const long = change.type === 'digitalocean_spaces_bucket_object' && path === 'content';
  const secret =
    path === 'value' &&
    (['before', 'after'] as const).some((side) =>
      looksSecret(String(visible(change, side, 'variable_name') ?? ''), String(visible(change, side, 'value') ?? '')),
    );
  if (!long && !secret) return attribute;
  const mark = (text: string | undefined): string | undefined =>
    text === undefined || text.startsWith('(')
      ? text
      : long
        ? `(text of ${text.length.toLocaleString('en-US')} characters)`
        : '(looks like a secret: hidden)';
  return {
    ...attribute,
    ...(before === undefined ? {} : { before: mark(before) }),
    ...(after === undefined ? {} : { after: mark(after) }),
  };
}

function policyWords(outcomes: Review['policies']): string | undefined {
  const ids = (those: Review['policies']): number => new Set(those.map(({ policy }) => policy)).size;
  const [blocks, waits] = [ids(blocking(outcomes)), ids(open(outcomes))];
  const policies = (count: number): string => `${count} ${count === 1 ? 'policy' : 'policies'}`;
  if (blocks > 0)
    return `${policies(blocks)} ${blocks === 1 ? 'stands' : 'stand'} in the way${waits > blocks ? `, ${waits - blocks} more ${waits - blocks === 1 ? 'wants' : 'want'} a word` : ''}`;
  return waits === 0 ? undefined : `${policies(waits)} ${waits === 1 ? 'wants' : 'want'} a word`;
}

const warningWords = ({ length }: readonly string[]): string | undefined =>
  length === 0 ? undefined : `${length} ${length === 1 ? 'warning' : 'warnings'}`;

function warningsOf(plan: Plan): string[] {
  const strange = plan.changes.filter(
    (change) => change.mode === 'managed' && isChange(change) && !knownTypes.has(change.type),
  );
  return [
    ...(plan.complete
      ? []
      : ['this plan is only a part of what there is to do, as one made with `-target` is: it cannot be sealed']),
    ...strange.map(
      ({ address }) =>
        `\`${address}\` is not a resource that a construct of this program makes: read what the pull request says of it`,
    ),
  ];
}

function desiredOf(plan: Plan): string {
  const object = plan.changes.find(
    ({ type, name }) => type === 'digitalocean_spaces_bucket_object' && name === ids.desired,
  );
  if (!object || !isChange(object)) return '';
  const [before, after] = (['before', 'after'] as const).map((side) => visible(object, side, 'content'));
  return typeof before === 'string' && typeof after === 'string' ? desiredDiff(before, after) : '';
}

/** A plan of another stack is told before anybody believes what it says. */
function mustBelongTo(plan: Plan, name: string, tag: string): void {
  const tags = plan.changes
    .filter(({ type, mode }) => type === 'digitalocean_tag' && mode === 'managed')
    .flatMap((change) =>
      [visible(change, 'after', 'name'), visible(change, 'before', 'name')].filter((tag) => typeof tag === 'string'),
    );
  if (tags.includes(tag) || (tags.length === 0 && plan.changes.length === 0)) return;
  throw new ExplainedError(
    tags.length === 0
      ? `this plan is not of the environment "${name}": it has no tag "${tag}"; plan it with \`npx cdktf diff ${name}\``
      : `this plan is of "${tags[0]!}", and not of the environment "${name}" ("${tag}"): give the plan of ${name}, or review the other one`,
  );
}
