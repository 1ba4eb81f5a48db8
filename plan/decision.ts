import type { Difference } from './compare';
import { judge, type Planned, type Use } from './seal';
import type { SealedRecord } from '../contract/sealed-record';

/** A review, and what was done with it so far. */
export interface Found {
  readonly review: SealedRecord;
  readonly uses: readonly Use[];
}

/** What a deploy does with a fresh plan. */
export type Decision =
  | { readonly apply: true; readonly because: string }
  /** `why` is kept in the history; `todo` is for whoever reads the log. */
  | { readonly apply: false; readonly why: readonly string[]; readonly todo: string };

/** Whether a fresh plan may be applied: it was reviewed, or somebody has said why it is not. */
export function decide(
  found: Found | undefined,
  planned: Planned,
  commit: string,
  reason: string | undefined,
): Decision {
  const { environment } = planned;
  const short = commit.slice(0, 12);
  if (!found) {
    if (reason !== undefined) return { apply: true, because: `no review, and a reason: ${reason}` };
    return {
      apply: false,
      why: [`no review of ${environment} for ${short}`],
      todo: `Have it reviewed: \`npx berth review ${environment} --seal --commit ${commit}\`, then deploy again. If it cannot wait, start the deploy by hand with a reason (--reason), which is kept.`,
    };
  }
  const { review, uses } = found;
  const verdict = judge(review, uses, planned);
  const of = `the review of ${review.commit.slice(0, 12)}, sealed ${review.sealedAt}`;
  if (verdict.verdict === 'same') {
    const others =
      verdict.stack.length === 0
        ? []
        : [
            'the synthesized stack is another than the reviewed one, and its plan is the same; in it differ:',
            ...describeDifferences(verdict.stack).map((line) => `  ${line}`),
          ];
    return { apply: true, because: [`the fresh plan is the reviewed one (${of})`, ...others].join('\n') };
  }
  if (verdict.verdict === 'rest')
    return {
      apply: true,
      because: `an apply of it has failed before, and the fresh plan is the rest of the reviewed one (${of})`,
    };
  const refused = verdict.verdict === 'refused';
  return {
    apply: false,
    why: [
      refused ? verdict.why : `the fresh plan is not the reviewed one (${of})`,
      ...describeDifferences(verdict.differences),
    ],
    todo: `The world is not as it was when this was reviewed. Look at what changed; then push again, or plan this commit anew and have that reviewed: \`npx berth review ${environment} --seal --commit ${commit}\`; then deploy again.`,
  };
}

/** The most that is told: who changed the world this much reads the plan. */
const most = 50;

/** A line for each address, and beneath it one for each attribute. */
export function describeDifferences(differences: readonly Difference[]): string[] {
  const lines = differences.slice(0, most).flatMap(({ address, attribute, reviewed, now }, index) => {
    if (attribute === undefined) return [`${address}: reviewed was ${reviewed}; now it would be ${now}`];
    const first = differences[index - 1]?.address !== address;
    return [...(first ? [address] : []), `  ${attribute}: reviewed was ${reviewed}; now it would be ${now}`];
  });
  return differences.length > most ? [...lines, `… and ${differences.length - most} more differences`] : lines;
}
