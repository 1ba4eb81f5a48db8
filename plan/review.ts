import { actionWords } from './action-words';
import { ids } from '../definition/addresses';
import type { Review } from '../contract/review';
import type { Consequence } from './consequence';
import { desiredDiff } from './desired-diff';
import { ExplainedError } from '../definition/problem';
import { type Cause, type DefinitionText, locator } from './cause';
import { type AttributeChange, attributeChanges, isChange, rootOf, visible } from './change';
import { consequencesOf, countedWords } from './consequences';
import { costOf, difference } from './cost';
import { driftOf } from './drift';
import { diagramOf } from './diagram';
import { knownTypes } from './known-types';
import { kindOf, type Plan, type ResourceChange } from './plan';
import type { Acknowledgement } from './policy-rule';
import { blocking, open, outcomesOf } from './policy';
import { looksSecret } from './secret-text';

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
    return `${policies(blocks)} ${blocks === 1 ? 'stands' : 'stand'} in the way${waits > blocks ? `, ${waits - blocks} more ${waits - blocks === 1 ? 'needs' : 'need'} attention` : ''}`;
  return waits === 0 ? undefined : `${policies(waits)} ${waits === 1 ? 'needs' : 'need'} attention`;
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
