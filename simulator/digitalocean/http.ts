import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { ApiError, unprocessable } from './api-error';

export interface Variables {
  Variables: { requestId: string };
}
export type Api = Hono<Variables>;
export type Call = Context<Variables>;

/** The request's JSON, checked. The first problem becomes a 422, in the schema's own words where it has some. */
export async function body<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
  let json: unknown;
  try {
    const text = await call.req.text();
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, 'bad_request', 'Malformed JSON: the request body could not be parsed.');
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0];
  throw unprocessable(
    /^(Invalid|Too|Unrecognized)/.test(message) ? `${path.join('.') || 'body'}: ${message}` : message,
  );
}

/** A text that may be left out. Clients written in Go send it empty instead, and others send null. */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => text || undefined);

/** A list that may be left out. Clients written in Go send null instead. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);

const MAX_PER_PAGE = 200;

const whole = (text: string | undefined, otherwise: number) =>
  /^[1-9]\d*$/.test(text ?? '') ? Number(text) : otherwise;

/** One page of a list with the vendor's `links` and `meta`. Pages start at 1 and hold 20 unless told, 200 at most. */
export function page<T>(call: Call, key: string, items: T[]) {
  const perPage = Math.min(whole(call.req.query('per_page'), 20), MAX_PER_PAGE);
  const at = whole(call.req.query('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (number: number) => {
    const url = new URL(call.req.url);
    url.searchParams.set('page', String(number));
    url.searchParams.set('per_page', String(perPage));
    return url.toString();
  };
  const pages: Record<string, string> = {};
  if (at > 1) Object.assign(pages, { first: link(1), prev: link(at - 1) });
  if (at < last) Object.assign(pages, { next: link(at + 1), last: link(last) });
  return call.json({
    [key]: items.slice((at - 1) * perPage, at * perPage),
    links: Object.keys(pages).length > 0 ? { pages } : {},
    meta: { total: items.length },
  });
}
