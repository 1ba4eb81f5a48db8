import { consequencesOf } from '../../plan/consequences';
import { type Plan, readPlan } from '../../plan/plan';
import type { Acknowledgement } from '../../plan/policy-rule';
import { blocking, open, type Outcome, outcomesOf } from '../../plan/policy';
import { planText } from './a-plan';

const today = '2026-11-21';
const judge = (plan: Plan, acknowledgements: readonly Acknowledgement[] = []): Outcome[] =>
  outcomesOf({ plan, consequences: consequencesOf(plan), today, acknowledgements });
const ssh = (text: string): Plan => readPlan(text.replaceAll('"port_range":"80"', '"port_range":"22"'), 'a plan');

describe('acknowledgements', () => {
  const plan = ssh(planText('memory'));
  const say = (policy: string, until: string): Acknowledgement => ({ policy, until, reason: 'the office moves house' });
  const words = (outcomes: Outcome[]): string[] =>
    outcomes.map(
      ({ policy, acknowledged }) =>
        `${policy}${acknowledged ? ` until ${acknowledged.until}: ${acknowledged.reason}` : ''}`,
    );

  test('without one the merge waits', () =>
    expect([words(judge(plan)), blocking(judge(plan)).length]).toEqual([['open-to-everywhere'], 1]));

  test.each(['2026-11-21', '2027-01-01'])('one until %s counts, and its reason is shown', (until) => {
    const outcomes = judge(plan, [say('open-to-everywhere', until)]);
    expect([words(outcomes), blocking(outcomes), open(outcomes)]).toEqual([
      [`open-to-everywhere until ${until}: the office moves house`],
      [],
      [],
    ]);
  });

  test('one that has expired counts no more, and is told', () => {
    const outcomes = judge(plan, [say('open-to-everywhere', '2026-11-20')]);
    expect([words(outcomes), blocking(outcomes).length]).toEqual([
      ['open-to-everywhere', 'acknowledgement-expired'],
      1,
    ]);
    expect(outcomes[1]!.message).toBe(
      'open-to-everywhere was acknowledged until 2026-11-20: look at it again, then give another day or take it out',
    );
  });

  test('of two the one that still counts, counts', () => {
    expect(
      blocking(judge(plan, [say('open-to-everywhere', '2026-01-01'), say('open-to-everywhere', '2027-01-01')])),
    ).toEqual([]);
  });

  test('what is said about acknowledgements cannot be acknowledged away', () => {
    expect(
      words(judge(plan, [say('open-to-everywhere', '2026-01-01'), say('acknowledgement-expired', '2027-01-01')])).slice(
        1,
      ),
    ).toEqual(['acknowledgement-expired']);
  });

  test('one of another policy changes nothing, and one of no policy is told with what was meant', () => {
    const outcomes = judge(plan, [say('public-bucket', '2027-01-01'), say('open-to-everywere', '2027-01-01')]);
    expect(words(outcomes)).toEqual(['open-to-everywhere', 'unknown-acknowledgement']);
    expect(outcomes[1]!.message).toBe(
      '"open-to-everywere" is no policy, so this acknowledges nothing: mend it or take it out; did you mean "open-to-everywhere"?',
    );
  });
});
