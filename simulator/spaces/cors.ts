import { z } from 'zod';
import type { Answer } from './call';
import { S3Error } from './error';
import { parseXml } from './xml';

const rule = z.object({
  ID: z.string().optional(),
  AllowedOrigin: z.array(z.string().regex(/^[^*]*\*?[^*]*$/, 'may have one * only')).min(1),
  AllowedMethod: z.array(z.enum(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'])).min(1),
  AllowedHeader: z.array(z.string()).default([]),
  ExposeHeader: z.array(z.string()).default([]),
  MaxAgeSeconds: z.string().regex(/^\d+$/, 'must be a whole number').optional(),
});
const configuration = z.object({ CORSRule: z.array(rule).min(1).max(100) });

type Rule = z.infer<typeof rule>;
type Header = (name: string) => string | undefined;

export function parseCors(text: string): readonly Rule[] {
  return parseXml(text, 'CORSConfiguration', configuration).CORSRule;
}

/** The answer to an OPTIONS request, by which a browser asks before it sends what it was told to; it needs no key. */
export function preflight(cors: string | undefined, header: Header): Answer {
  const origin = header('origin');
  const method = header('access-control-request-method');
  if (!origin || !method) {
    throw new S3Error('InvalidRequest', 'A preflight needs the headers Origin and Access-Control-Request-Method.');
  }
  const headers = (header('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const rules = cors ? parseCors(cors) : [];
  const match = rules.find(
    (each) => applies(each, origin, method) && headers.every((name) => allowsHeader(each, name)),
  );
  if (!match)
    throw new S3Error('AccessDenied', `No CORS rule of the bucket allows ${method} from ${origin} with these headers.`);
  const allowed = { 'access-control-allow-headers': headers.join(', ') || undefined };
  return { status: 200, headers: { ...answerHeaders(match, origin), ...allowed } };
}

/** What to add to the answer of a request that comes from a page of another origin. */
export function corsHeaders(
  cors: string | undefined,
  method: string,
  header: Header,
): Record<string, string | undefined> {
  const origin = header('origin');
  const match = origin && cors ? parseCors(cors).find((each) => applies(each, origin, method)) : undefined;
  return match ? answerHeaders(match, origin!) : {};
}

function answerHeaders(match: Rule, origin: string): Record<string, string | undefined> {
  return {
    'access-control-allow-origin': match.AllowedOrigin.includes('*') ? '*' : origin,
    'access-control-allow-methods': match.AllowedMethod.join(', '),
    'access-control-expose-headers': match.ExposeHeader.join(', ') || undefined,
    'access-control-max-age': match.MaxAgeSeconds,
    vary: 'Origin',
  };
}

function applies(each: Rule, origin: string, method: string): boolean {
  return (
    (each.AllowedMethod as string[]).includes(method) && each.AllowedOrigin.some((pattern) => fits(pattern, origin))
  );
}

function allowsHeader(each: Rule, name: string): boolean {
  return each.AllowedHeader.some((pattern) => fits(pattern.toLowerCase(), name.toLowerCase()));
}

function fits(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*');
  return end === undefined
    ? text === start
    : text.length >= pattern.length - 1 && text.startsWith(start) && text.endsWith(end);
}
