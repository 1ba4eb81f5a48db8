import { spawnSync } from 'node:child_process';
import { toCalendar } from '../../lib/calendar';

describe("five cron fields become what systemd's timers take", () => {
  test.each<[string, string[]]>([
    ['* * * * *', ['*-*-* *:*:00 UTC']],
    ['0 3 * * *', ['*-*-* 03:00:00 UTC']],
    ['*/15 * * * *', ['*-*-* *:00,15,30,45:00 UTC']],
    ['5/20 * * * *', ['*-*-* *:05,25,45:00 UTC']],
    ['0,30 8-10,18 * * *', ['*-*-* 08,09,10,18:00,30:00 UTC']],
    ['0 13-23/3 * * *', ['*-*-* 13,16,19,22:00:00 UTC']],
    ['0 0 1 1 *', ['*-01-01 00:00:00 UTC']],
    ['0 0 1 jan,JUL *', ['*-01,07-01 00:00:00 UTC']],
    ['0 0 * 2-4 *', ['*-02,03,04-* 00:00:00 UTC']],
    ['0 3 * * 1-5', ['Mon,Tue,Wed,Thu,Fri *-*-* 03:00:00 UTC']],
    ['0 3 * * mon-FRI', ['Mon,Tue,Wed,Thu,Fri *-*-* 03:00:00 UTC']],
    ['0 3 * * 7', ['Sun *-*-* 03:00:00 UTC']],
    ['0 3 * * 0,7', ['Sun *-*-* 03:00:00 UTC']],
    ['0 3 * * 5-7', ['Sun,Fri,Sat *-*-* 03:00:00 UTC']],
    ['  0   3\t* * * ', ['*-*-* 03:00:00 UTC']],
    // crontab(5): days that fit either, when both are restricted …
    ['0 3 1,15 * 5', ['*-*-01,15 03:00:00 UTC', 'Fri *-*-* 03:00:00 UTC']],
    // … and both, when one begins with a star
    ['0 3 */10 * 5', ['Fri *-*-01,11,21,31 03:00:00 UTC']],
    ['0 3 13 * */2', ['Sun,Tue,Thu,Sat *-*-13 03:00:00 UTC']],
    ['CRON_TZ=Europe/Berlin 30 2 * * *', ['*-*-* 02:30:00 Europe/Berlin']],
    ['CRON_TZ=America/New_York 0 3 1 * 5', ['*-*-01 03:00:00 America/New_York', 'Fri *-*-* 03:00:00 America/New_York']],
  ])('%j', (schedule, expected) => {
    expect(toCalendar(schedule)).toEqual(expected);
  });
});

describe('an invalid schedule is reported with where it is and what is allowed', () => {
  const allowed = (what: string, given: string, schedule: string, range: string) =>
    `invalid ${what} "${given}" in "${schedule}": expected ${range}, "*", a list "1,2", a range "1-5" or steps "*/15"`;
  test.each([
    ['60 * * * *', allowed('minute', '60', '60 * * * *', '0 to 59')],
    ['0 24 * * *', allowed('hour', '24', '0 24 * * *', '0 to 23')],
    ['0 0 0 * *', allowed('day of the month', '0', '0 0 0 * *', '1 to 31')],
    ['0 0 * 13 *', allowed('month', '13', '0 0 * 13 *', '1 to 12')],
    ['0 0 * * 8', allowed('day of the week', '8', '0 0 * * 8', '0 to 7')],
    ['0 0 * * monday', allowed('day of the week', 'monday', '0 0 * * monday', '0 to 7')],
    ['5-1 * * * *', allowed('minute', '5-1', '5-1 * * * *', '0 to 59')],
    ['*/0 * * * *', allowed('minute', '*/0', '*/0 * * * *', '0 to 59')],
    ['1,,2 * * * *', allowed('minute', '', '1,,2 * * * *', '0 to 59')],
    ['*-5 * * * *', allowed('minute', '*-5', '*-5 * * * *', '0 to 59')],
    ['-1 * * * *', allowed('minute', '-1', '-1 * * * *', '0 to 59')],
    ['1.5 * * * *', allowed('minute', '1.5', '1.5 * * * *', '0 to 59')],
    ['mon * * * *', allowed('minute', 'mon', 'mon * * * *', '0 to 59')],
    ['@daily', '"@daily" has 1 fields; cron has five: minute, hour, day of the month, month, day of the week'],
    [
      '0 0 * * * *',
      '"0 0 * * * *" has 6 fields; cron has five: minute, hour, day of the month, month, day of the week',
    ],
  ])('%j', (schedule, message) => {
    expect(() => toCalendar(schedule)).toThrow(new Error(message));
  });
});

/** The first moments after `from` at which cron would run, found the slow way: by asking every minute. */
function byMinute(fits: (at: Date) => boolean, from: string, count: number): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from) + 60_000; found.length < count; at += 60_000)
    if (fits(new Date(at))) found.push(new Date(at).toISOString());
  return found;
}

const known =
  spawnSync('systemd-analyze', [
    'calendar',
    '--iterations=1',
    '--base-time=2026-11-21 12:00:00 UTC',
    '*-*-* 03:00:00 UTC',
  ]).status === 0;

/** When a timer of these lines elapses after `from`, as systemd itself says. */
function bySystemd(lines: readonly string[], from: string, count: number): string[] {
  const moments = lines.flatMap((line) => {
    const { stdout, stderr, status } = spawnSync(
      'systemd-analyze',
      ['calendar', `--iterations=${count}`, `--base-time=${from.slice(0, 10)} ${from.slice(11, 19)} UTC`, line],
      { encoding: 'utf8', env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' } },
    );
    expect([line, status, stderr]).toEqual([line, 0, '']);
    return [...stdout.matchAll(/^\s*(?:Next elapse|Iteration #\d+|Iter\. #\d+): \w+ (\S+) (\S+) UTC$/gm)].map(
      ([, day, time]) => `${day}T${time}.000Z`,
    );
  });
  return [...new Set(moments)].sort().slice(0, count);
}

describe('systemd runs at the moments at which cron would', () => {
  const days =
    (
      { month = (_: number) => true, date = (_: number) => true, weekday = (_: number) => true },
      hour: number,
      minute: number,
    ) =>
    (at: Date): boolean =>
      month(at.getUTCMonth() + 1) &&
      date(at.getUTCDate()) &&
      weekday(at.getUTCDay()) &&
      at.getUTCHours() === hour &&
      at.getUTCMinutes() === minute;
  (known ? test : test.skip).each<[string, (at: Date) => boolean]>([
    ['0 3 * * *', days({}, 3, 0)],
    [
      '*/20 9 * * 1-5',
      (at) => at.getUTCMinutes() % 20 === 0 && at.getUTCHours() === 9 && at.getUTCDay() >= 1 && at.getUTCDay() <= 5,
    ],
    ['30 4 31 * *', days({ date: (date) => date === 31 }, 4, 30)],
    ['0 0 1 1,7 *', days({ month: (month) => month === 1 || month === 7, date: (date) => date === 1 }, 0, 0)],
    ['15 6 * * sun', days({ weekday: (day) => day === 0 }, 6, 15)],
    ['15 6 * * 6-7', days({ weekday: (day) => day === 0 || day === 6 }, 6, 15)],
    ['0 5 */10 * 1', days({ date: (date) => date % 10 === 1, weekday: (day) => day === 1 }, 5, 0)],
    [
      '0 5 13 * 5',
      (at) => (at.getUTCDate() === 13 || at.getUTCDay() === 5) && at.getUTCHours() === 5 && at.getUTCMinutes() === 0,
    ],
    ['59 23 28 2 *', days({ month: (month) => month === 2, date: (date) => date === 28 }, 23, 59)],
  ])('%j', (schedule, fits) => {
    expect(bySystemd(toCalendar(schedule), '2026-11-21T12:00:00', 3)).toEqual(
      byMinute(fits, '2026-11-21T12:00:00Z', 3),
    );
  });
});

describe('in the time of a place, the change of clocks is as systemd has it: what is left out is left out, and what comes twice is taken once', () => {
  (known ? test : test.skip).each<[string, string, string[]]>([
    [
      '02:30 does not exist on the day that clocks go forward',
      '2026-03-27T12:00:00',
      ['2026-03-28T01:30:00.000Z', '2026-03-30T00:30:00.000Z', '2026-03-31T00:30:00.000Z'],
    ],
    [
      '02:30 comes twice on the day that they go back, and counts the first time',
      '2026-10-24T12:00:00',
      ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z', '2026-10-27T01:30:00.000Z'],
    ],
  ])('%s', (_, from, expected) => {
    expect(bySystemd(toCalendar('CRON_TZ=Europe/Berlin 30 2 * * *'), from, 3)).toEqual(expected);
  });
});
