import { judgePreviews, type PreviewPull, type Sides } from '../../plan/previews';

const now = new Date('2026-11-21T12:00:00Z');
const record = (pull: number, until = '2026-11-22T12:00:00Z') => ({
  version: 1 as const,
  pull,
  commit: 'c'.repeat(40),
  deployedAt: '2026-11-19T12:00:00Z',
  until,
});
const open: PreviewPull = { number: 7, open: true };
const there: Sides = { pulls: [open], records: [record(7)], states: ['staging', 'pr-7'], tagged: ['staging', 'pr-7'] };

test.each<[string, Partial<Sides>, string, string]>([
  ['it is wanted and its time is not over', {}, 'keep', 'its pull request is open'],
  ['its pull request was closed', { pulls: [{ ...open, open: false }] }, 'remove', 'its pull request is closed'],
  ['its pull request is unknown', { pulls: [] }, 'remove', 'there is no such pull request'],
  [
    'its time is over',
    { records: [record(7, '2026-11-21T12:00:00Z')] },
    'remove',
    'its time was over at 2026-11-21T12:00:00Z',
  ],
  ['nobody wrote down how long it may live', { records: [] }, 'remove', 'nothing tells how long it may live'],
  [
    'a destroy ended half-way: only its state is left',
    { pulls: [], records: [], tagged: [] },
    'remove',
    'there is no such pull request',
  ],
  [
    'its state was lost',
    { states: ['staging'] },
    'orphan',
    'something carries its tag at DigitalOcean, and there is no state of it',
  ],
  [
    'only a tag is left, of nobody knows which',
    { records: [], states: [], pulls: [] },
    'orphan',
    'something carries its tag at DigitalOcean, and there is no state of it',
  ],
  ['only its record is left', { states: [], tagged: [] }, 'gone', 'nothing is left of it'],
])('a preview is judged by all three sides: %s', (_, sides, verdict, why) => {
  expect(judgePreviews({ ...there, ...sides }, now)).toEqual([
    expect.objectContaining({ pull: 7, name: 'pr-7', verdict, why }),
  ]);
});

test("environments that are no previews are nobody's business here, whatever their names begin with", () => {
  expect(
    judgePreviews(
      { pulls: [], records: [], states: ['staging', 'pr-x', 'pr-7-old', 'xpr-7'], tagged: ['production'] },
      now,
    ),
  ).toEqual([]);
});
