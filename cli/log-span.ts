import { isoTime } from '../contract/log';

/** From when to when, both UTC, ISO 8601 with microseconds. */
export interface Span {
  readonly since: string;
  readonly until: string;
}

const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

const ago = /^(\d+)([smhd])$/;
const moment = /^(?:(\d{4}-\d\d-\d\d)(?:[T ](?=\d)|$))?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/;

/** What a person writes for a time, as milliseconds since 1970; nothing when it is none. */
export function readTime(given: string, now: number): number | undefined {
  const [, count, unit] = ago.exec(given) ?? [];
  if (count !== undefined) return now - Number(count) * seconds[unit as keyof typeof seconds] * 1000;
  const [, date, clock, zone = 'Z'] = moment.exec(given) ?? [];
  if (date === undefined && clock === undefined) return undefined;
  const time = Date.parse(`${date ?? new Date(now).toISOString().slice(0, 10)}T${clock ?? '00:00'}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

export const timeHelp = 'how long ago (90s, 15m, 2h, 3d), or when, in UTC (12:30, 2026-11-21, 2026-11-21T12:30)';

export const spanOf = (since: number, until: number): Span => ({
  since: isoTime(since * 1000),
  until: isoTime(until * 1000),
});

/** The first moment of each hour that a span touches. */
export function hoursOf({ since, until }: Span): string[] {
  const hours: string[] = [];
  for (let at = Date.parse(`${since.slice(0, 13)}:00:00Z`); at <= Date.parse(until); at += 3_600_000)
    hours.push(isoTime(at * 1000));
  return hours;
}
