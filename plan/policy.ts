import { didYouMean } from '../definition/problem';
import type { Locate } from './cause';
import type { Acknowledgement, Level, Policy, PolicyContext } from './policy-rule';
import { rules } from './policy-rules';

/** A finding as it is reported. */
export interface Outcome {
  readonly policy: string;
  readonly level: Level;
  readonly title: string;
  readonly message: string;
  readonly address?: string;
  readonly file?: string;
  readonly line?: number;
  /** Somebody has departed from it on purpose, and that still counts. */
  readonly acknowledged?: { readonly reason: string; readonly until: string };
  /** The section about it. */
  readonly docs: string;
}

/** Where the section about a policy is. */
export const docsOf = (id: string): string => `docs/policies.md#${id}`;

const expired = ({ until }: Acknowledgement, today: string): boolean => until < today;

/** Every finding of every policy, worst first. */
export function outcomesOf(context: PolicyContext, locate?: Locate): Outcome[] {
  const { acknowledgements, today } = context;
  const outcomes = [...rules, ...aboutAcknowledgements].flatMap(({ id, level, title, check }) => {
    const acknowledged = acknowledgements.find(
      (one) => rules.some((rule) => rule.id === one.policy) && one.policy === id && !expired(one, today),
    );
    return check(context).map(({ message, address, paths = [] }): Outcome => {
      const cause = locate?.(paths);
      return {
        policy: id,
        level,
        title,
        message,
        address,
        file: cause?.file,
        line: cause?.line,
        docs: docsOf(id),
        ...(acknowledged ? { acknowledged: { reason: acknowledged.reason, until: acknowledged.until } } : {}),
      };
    });
  });
  const order: Record<Level, number> = { error: 0, warning: 1, note: 2 };
  return outcomes.sort(
    (a, b) =>
      Number(a.acknowledged !== undefined) - Number(b.acknowledged !== undefined) || order[a.level] - order[b.level],
  );
}

/** Rules about the acknowledgements themselves; they cannot be acknowledged away, being about that. */
const aboutAcknowledgements: readonly Policy[] = [
  {
    id: 'acknowledgement-expired',
    level: 'warning',
    title: 'an acknowledgement has expired',
    check: ({ acknowledgements, today }) =>
      acknowledgements
        .filter((one) => expired(one, today))
        .map(({ policy, until }) => ({
          message: `${policy} was acknowledged until ${until}: look at it again, then give another day or take it out`,
          paths: ['acknowledge'],
        })),
  },
  {
    id: 'unknown-acknowledgement',
    level: 'warning',
    title: 'unknown policy in `acknowledge`',
    check: ({ acknowledgements }) =>
      acknowledgements
        .filter(({ policy }) => !policies.some(({ id }) => id === policy))
        .map(({ policy }) => ({
          message: `"${policy}" is no policy, so this acknowledges nothing: mend it or take it out${didYouMean(
            policy,
            policies.map(({ id }) => id),
          )}`,
          paths: ['acknowledge'],
        })),
  },
];

/** All of them, as docs/policies.md describes them. */
export const policies: readonly Policy[] = [...rules, ...aboutAcknowledgements];

/** Outcomes of one policy together, in the order of the first of each; those that are acknowledged apart. */
export function byPolicy(outcomes: readonly Outcome[]): (readonly [Outcome, ...Outcome[]])[] {
  const groups = new Map<string, [Outcome, ...Outcome[]]>();
  for (const outcome of outcomes) {
    const group = groups.get(outcome.policy);
    if (group) group.push(outcome);
    else groups.set(outcome.policy, [outcome]);
  }
  return [...groups.values()];
}

/** Findings that wait for a word: of level error or warning, and not acknowledged. */
export const open = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter(({ level, acknowledged }) => level !== 'note' && !acknowledged);

/** Findings that the merge waits for. */
export const blocking = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter(({ level, acknowledged }) => level === 'error' && !acknowledged);
