import { hoursOf, readTime, spanOf } from '../../cli/log-span';
import { overlapping } from '../../cli/kept-logs';
import { logKey } from '../../contract/log';

const now = Date.parse('2026-11-21T12:34:56Z');

test.each([
  ['90s', '2026-11-21T12:33:26.000Z'],
  ['15m', '2026-11-21T12:19:56.000Z'],
  ['2h', '2026-11-21T10:34:56.000Z'],
  ['3d', '2026-11-18T12:34:56.000Z'],
  ['09:30', '2026-11-21T09:30:00.000Z'],
  ['09:30:15', '2026-11-21T09:30:15.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20 23:59', '2026-11-20T23:59:00.000Z'],
  ['2026-11-20T23:59:01.5Z', '2026-11-20T23:59:01.500Z'],
  ['2026-11-20T23:59+01:00', '2026-11-20T22:59:00.000Z'],
])('%s is a time', (given, expected) => {
  expect(new Date(readTime(given, now)!).toISOString()).toBe(expected);
});

test.each(['', 'Z', '1', '1w', 'h', 'yesterday', '25:00', '2026-13-01', '2026-11-20T', '12:3', '-1h', '2026-11-20 12'])(
  '"%s" is none',
  (given) => {
    expect(readTime(given, now)).toBeUndefined();
  },
);

test('a span touches every hour that a moment of it is in', () => {
  const hours = (since: string, until: string) =>
    hoursOf(spanOf(Date.parse(since), Date.parse(until))).map((hour) => hour.slice(8, 13));
  expect(hours('2026-11-20T22:59:59Z', '2026-11-21T01:00:00Z')).toEqual(['20T22', '20T23', '21T00', '21T01']);
  expect(hours('2026-11-21T01:30:00Z', '2026-11-21T01:31:00Z')).toEqual(['21T01']);
});

test("of an hour's objects those are read that can hold lines of the span; each journal counts for itself", () => {
  const key = (minute: string, journal: string) =>
    logKey({ at: Date.parse(`2026-11-21T12:${minute}:00Z`) * 1000, journal: journal.repeat(32), seq: 7 });
  const keys = [key('05', 'a'), key('10', 'a'), key('11', 'b'), key('20', 'a'), key('30', 'a'), key('31', 'b')];
  const read = (since: string, until: string) =>
    overlapping(keys, spanOf(Date.parse(`2026-11-21T${since}Z`), Date.parse(`2026-11-21T${until}Z`))).map(
      (each) => each.slice(19, 21) + each.slice(-13, -12),
    );
  expect(read('12:00:00', '12:59:59').length).toBe(6);
  expect(read('12:12:00', '12:20:00')).toEqual(['10a', '11b', '20a']);
  expect(read('12:29:59', '12:30:00')).toEqual(['11b', '20a', '30a']);
  expect(read('12:40:00', '12:50:00')).toEqual(['30a', '31b']);
  expect(read('11:00:00', '12:04:59')).toEqual([]);
});
