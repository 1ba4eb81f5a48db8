import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { ApiError } from './api-error';

/** `login`: whose token the call came with. */
export type Api = Hono<{ Variables: { login: string } }>;
export type Call = Context;

/** A repository's routes exist twice: by name and by id. The provider uses ids for an environment's secrets. */
export const REPOSITORY = ['/repos/:owner/:repo', '/repositories/:repository'] as const;

/** Where a repository's answers say that they are. */
export const API_URL = 'https://api.github.com';

export async function body<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
  let json: unknown;
  try {
    const text = await call.req.text();
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new ApiError(422, `Invalid request.\n\n${problems.join('\n')}`);
}

const whole = (text: string | undefined, otherwise: number) =>
  /^[1-9]\d*$/.test(text ?? '') ? Number(text) : otherwise;

/** One page of a list and the `Link` header that leads to the others. Pages hold 30 unless told, 100 at most. */
export function pageOf<T>(call: Call, items: T[]): T[] {
  const perPage = Math.min(whole(call.req.query('per_page'), 30), 100);
  const at = whole(call.req.query('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (number: number, rel: string) => {
    const url = new URL(call.req.url);
    url.searchParams.set('page', String(number));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(at > 1 ? [link(at - 1, 'prev')] : []),
    ...(at < last ? [link(at + 1, 'next'), link(last, 'last')] : []),
    ...(at > 1 ? [link(1, 'first')] : []),
  ];
  if (links.length > 0) call.header('link', links.join(', '));
  return items.slice((at - 1) * perPage, at * perPage);
}
