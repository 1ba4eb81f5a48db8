import { z } from 'zod';
import { previewName, pullOf } from '../definition/previews';

/** What is kept beside the state of each preview. */
export const previewRecord = z.strictObject({
  version: z.literal(1),
  pull: z.int(),
  commit: z.string(),
  deployedAt: z.iso.datetime(),
  /** From then on a sweep takes it away. */
  until: z.iso.datetime(),
});
export type PreviewRecord = z.infer<typeof previewRecord>;

export const previewKey = (pull: number): string => `previews/${previewName(pull)}.json`;

/** A pull request as far as previews go. */
export interface PreviewPull {
  readonly number: number;
  readonly open: boolean;
}

/** All that is known of previews, from the three sides that one can be left over on. */
export interface Sides {
  readonly pulls: readonly PreviewPull[];
  readonly records: readonly PreviewRecord[];
  /** Names of stacks that have a state with something in it. */
  readonly states: readonly string[];
  /** Names of environments that something at DigitalOcean is tagged with. */
  readonly tagged: readonly string[];
}

export interface Preview {
  readonly pull: number;
  readonly name: string;
  readonly until?: string;
  readonly state: boolean;
  readonly tagged: boolean;
  /**
   * - `keep`: its pull request is open, and its time is not over.
   * - `remove`: there is a state, and nobody wants it any more.
   * - `orphan`: something is tagged and there is no state: only a person can tell what to do about it.
   * - `gone`: nothing is left but the record.
   */
  readonly verdict: 'keep' | 'remove' | 'orphan' | 'gone';
  readonly why: string;
}

/** What is to become of each preview that left a trace anywhere. */
export function judgePreviews({ pulls, records, states, tagged }: Sides, now: Date): Preview[] {
  const names = [...states, ...tagged].flatMap((name) => pullOf(name) ?? []);
  const numbers = [...new Set([...names, ...records.map(({ pull }) => pull)])].sort((a, b) => a - b);
  return numbers.map((number): Preview => {
    const name = previewName(number);
    const until = records.find(({ pull }) => pull === number)?.until;
    const [state, isTagged] = [states.includes(name), tagged.includes(name)];
    const unwanted = whyNot(
      pulls.find((pull) => pull.number === number),
      until,
      now,
    );
    const common = { pull: number, name, ...(until !== undefined && { until }), state, tagged: isTagged };
    if (!state && isTagged)
      return {
        ...common,
        verdict: 'orphan',
        why: 'something carries its tag at DigitalOcean, and there is no state of it',
      };
    if (!state) return { ...common, verdict: 'gone', why: 'nothing is left of it' };
    return unwanted === undefined
      ? { ...common, verdict: 'keep', why: 'its pull request is open' }
      : { ...common, verdict: 'remove', why: unwanted };
  });
}

function whyNot(pull: PreviewPull | undefined, until: string | undefined, now: Date): string | undefined {
  if (pull === undefined) return 'there is no such pull request';
  if (!pull.open) return 'its pull request is closed';
  if (until === undefined) return 'nothing tells how long it may live';
  return new Date(until) <= now ? `its time was over at ${until}` : undefined;
}
