import { isZone, presentName } from './time-zone';

const names = {
  month: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  day: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
} as const;

interface Field {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const fields: readonly Field[] = [
  { what: 'minute', from: 0, to: 59 },
  { what: 'hour', from: 0, to: 23 },
  { what: 'day of the month', from: 1, to: 31 },
  { what: 'month', from: 1, to: 12, names: names.month },
  // 7 is Sunday as well
  { what: 'day of the week', from: 0, to: 7, names: names.day },
];

/**
 * Five cron fields in the form that systemd's timers take (systemd.time(7)); more than one line where cron means "either". Throws where they are
 * none, where their day never comes, and where a step is not what it looks like.
 */
export function toCalendar(schedule: string): string[] {
  const [, zone, rest] = /^\s*(?:CRON_TZ=(\S+)\s+)?(.*)$/s.exec(schedule)!;
  if (zone !== undefined && !isZone(zone)) throw wrongZone(zone, schedule);
  const given = rest!.trim().split(/\s+/);
  if (given.length !== fields.length)
    throw new Error(
      `"${schedule}" has ${given.length} fields; cron has five: minute, hour, day of the month, month, day of the week`,
    );
  const [minute, hour, dayOfMonth, month, weekday] = given.map((text, index) =>
    values(text, fields[index]!, schedule),
  ) as [Values, Values, Values, Values, Values];
  const time = `${list(hour, 2)}:${list(minute, 2)}:00`;
  const weekdays =
    weekday &&
    [...new Set(weekday.map((day) => day % 7))]
      .sort((a, b) => a - b)
      .map((day) => `${names.day[day]![0]!.toUpperCase()}${names.day[day]!.slice(1)}`)
      .join(',');
  const onDate = (days: Values): string => `*-${list(month, 2)}-${list(days, 2)} ${time} ${zone ?? 'UTC'}`;
  const comes =
    dayOfMonth === undefined ||
    (month ?? Object.keys(longestMonth).map(Number)).some((one) => dayOfMonth[0]! <= longestMonth[one]!);
  if (weekdays === undefined) return comes ? [onDate(dayOfMonth)] : never(schedule, dayOfMonth, month!);
  // crontab(5): on days that fit either where both are restricted; one that begins with a star is not, also with steps
  const restricted = ![given[2], given[4]].some((text) => text!.startsWith('*'));
  if (!comes) never(schedule, dayOfMonth, month!);
  return restricted ? [onDate(dayOfMonth), `${weekdays} ${onDate(undefined)}`] : [`${weekdays} ${onDate(dayOfMonth)}`];
}

function wrongZone(zone: string, schedule: string): Error {
  const present = presentName(zone);
  return new Error(
    `"${zone}" in "${schedule}" is ${present === undefined ? 'no time zone of the IANA database: write a name like "Europe/Berlin"' : `not the name that machines have for this time zone: write "${present}"`}`,
  );
}

/** Days at most, by month. */
const longestMonth: Readonly<Record<number, number>> = {
  1: 31,
  2: 29,
  3: 31,
  4: 30,
  5: 31,
  6: 30,
  7: 31,
  8: 31,
  9: 30,
  10: 31,
  11: 30,
  12: 31,
};

function never(schedule: string, days: readonly number[], months: readonly number[]): never {
  const named = months
    .map((month) => names.month[month - 1]!)
    .map((name) => `${name[0]!.toUpperCase()}${name.slice(1)}`);
  throw new Error(
    `"${schedule}" names a day that never comes: ${named.join(' and ')} ${named.length === 1 ? 'has' : 'have'} no day ${days.join(', ')}; take a day up to ${Math.max(...months.map((month) => longestMonth[month]!))}`,
  );
}

/** `undefined` stands for every value. */
type Values = readonly number[] | undefined;

const list = (given: Values, width: number): string =>
  given?.map((value) => String(value).padStart(width, '0')).join(',') ?? '*';

function values(text: string, field: Field, schedule: string): Values {
  if (text === '*') return undefined;
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const { from, to, step } = rangeOf(part, field, schedule);
    for (let value = from; value <= to; value += step) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

/** What one entry of a field's list stands for: `5`, `1-5`, `10/15`, `0/15`. */
function rangeOf(part: string, field: Field, schedule: string): { from: number; to: number; step: number } {
  const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
  if (!match || part.startsWith('*-')) throw wrong(part, field, schedule);
  const [, first, last, given] = match;
  const step = Number(given ?? 1);
  const from = first === '*' ? field.from : number(first!, field, schedule);
  const end = first === '*' || given !== undefined ? field.to : from;
  const to = last === undefined ? end : number(last, field, schedule);
  if (to < from || step < 1) throw wrong(part, field, schedule);
  // steps start again in every hour, day and month
  if (given !== undefined && step > to - from)
    throw new Error(
      `"${part}" in "${schedule}" is ${field.what} ${from} alone: steps begin again at ${from} and go up to ${to}; write "${from}", or a smaller step`,
    );
  return { from, to, step };
}

function number(text: string, field: Field, schedule: string): number {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  const value = named >= 0 ? named + field.from : /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= field.from && value <= field.to)) throw wrong(text, field, schedule);
  return value;
}

const wrong = (part: string, { what, from, to }: Field, schedule: string): Error =>
  new Error(
    `invalid ${what} "${part}" in "${schedule}": expected ${from} to ${to}, "*", a list "1,2", a range "1-5" or steps "*/15"`,
  );
