import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { parse } from 'yaml';
import { z } from 'zod';
import { defaultAnswer } from './fault-answer';
import type { Service } from './service';

const isRegExp = (text: string) => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
};

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const schema = z
  .strictObject({
    /** Every service when absent. */
    service: z.enum(['digitalocean', 'spaces', 'github']).optional(),
    method: z.enum(METHODS).optional(),
    /** A regular expression on path and query. */
    path: z.string().refine(isRegExp, 'is not a regular expression').optional(),
    /** Only from the nth matching call on, counted from 1 for each service on its own. */
    nth: z.int().min(1).optional(),
    /** How many matching calls in a row: 1 with `nth`, else all. */
    times: z.int().min(1).optional(),
    /** Answer with this status instead of calling the cloud. */
    status: z.int().min(400).max(599).optional(),
    /** With a 403 or 429 of GitHub's: which of its two rate limits is hit, which a client has to tell from a refusal. */
    limit: z.enum(['primary', 'secondary']).optional(),
    /** Seconds that a client is told to wait: 1 when absent. */
    retryAfter: z.int().min(0).max(86_400).optional(),
    /** The answer's body; the vendor's own form when absent. */
    body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    delayMs: z.int().min(0).max(600_000).optional(),
    /** Drop the connection: before the cloud acted, or after it acted but before it answered. */
    cut: z.enum(['before', 'after']).optional(),
  })
  .superRefine(({ status, body, delayMs, cut, limit, retryAfter }, check) => {
    const fail = (message: string) => check.addIssue({ code: 'custom', message });
    if (status === undefined && cut === undefined && delayMs === undefined)
      fail('does nothing: give it a status, a delayMs or a cut');
    if (status !== undefined && cut !== undefined)
      fail('has a status and a cut: a connection that is cut has no answer');
    if (body !== undefined && status === undefined) fail('has a body without a status');
    if (limit !== undefined && status !== 403 && status !== 429)
      fail('has a limit: GitHub answers those with 403 or 429');
    if (retryAfter !== undefined && status === undefined) fail('has a retryAfter without a status');
  });

const EXAMPLE = '[{ service: digitalocean, path: "^/v2/droplets", status: 503 }]';

/** One thing that goes wrong. */
export type Fault = z.infer<typeof schema>;

/** A fault plan: a list in YAML or JSON, from the place that `from` names. All mistakes are told at once, each with its place. */
export function parseFaults(text: string, from: string): Fault[] {
  let given: unknown;
  try {
    given = parse(text);
  } catch (error) {
    throw new Error(`${from} cannot be read as a fault plan: ${(error as Error).message}`, { cause: error });
  }
  const read = z.array(schema, `must be a list of faults, such as ${EXAMPLE}`).safeParse(given);
  if (read.success) return read.data;
  const lines = read.error.issues.map(
    ({ path, message }) => `  ${path.length > 0 ? path.join('.') : 'the plan'}  ${message}`,
  );
  throw new Error(`${from} is invalid:\n${lines.join('\n')}`);
}

export function readFaults(file: string): Fault[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`fault plan ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  return parseFaults(text, file);
}

/** The calls of one fault: whether this one is hit. */
function trigger({ nth, times, ...fault }: Fault, service: Service): (request: IncomingMessage) => boolean {
  const path = fault.path === undefined ? undefined : new RegExp(fault.path);
  const first = nth ?? 1;
  const last = times === undefined ? (nth ?? Infinity) : first + times - 1;
  let matched = 0;
  return ({ method, url = '' }) => {
    if (fault.service !== undefined && fault.service !== service.name) return false;
    if (fault.method !== undefined && fault.method !== method) return false;
    if (path && !path.test(url)) return false;
    matched++;
    return matched >= first && matched <= last;
  };
}

/** Lets the cloud act, then drops the connection instead of passing the answer on. */
function actUnheard(service: Service, request: IncomingMessage, response: ServerResponse): void {
  response.write = ((...args: unknown[]) => {
    (args.find((arg) => typeof arg === 'function') as (() => void) | undefined)?.();
    return true;
  }) as ServerResponse['write'];
  response.writeHead = (() => response) as ServerResponse['writeHead'];
  response.flushHeaders = () => undefined;
  response.end = (() => {
    response.destroy();
    return response;
  }) as ServerResponse['end'];
  service.listener(request, response);
}

/** The service with a fault plan before it. Of several faults that fit a call, each counts it and the first that is due acts. */
export function withFaults(plan: Fault[], service: Service): Service {
  if (plan.length === 0) return service;
  const faults = plan.map((fault) => ({ fault, hits: trigger(fault, service) }));

  function act(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
    if (fault.cut === 'before') return void request.destroy();
    if (fault.cut === 'after') return actUnheard(service, request, response);
    if (fault.status === undefined) return void service.listener(request, response);
    const { headers, body } = defaultAnswer(service.name, fault.status, fault);
    const custom =
      fault.body === undefined ? body : typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
    request.resume();
    response.writeHead(fault.status, headers);
    response.end(request.method === 'HEAD' ? undefined : custom);
    return undefined;
  }

  const listener: RequestListener = (request, response) => {
    const due = faults
      .map(({ fault, hits }) => (hits(request) ? fault : undefined))
      .find((fault) => fault !== undefined);
    if (!due) return void service.listener(request, response);
    if (!due.delayMs) return act(due, request, response);
    // An unref'd timer: a cloud that is being closed does not wait for its delays.
    setTimeout(() => {
      if (!response.destroyed) act(due, request, response);
    }, due.delayMs).unref();
    return undefined;
  };
  return { ...service, listener };
}

/** One call as it reached a service: never its body, never its credentials. */
export interface Call {
  service: Service['name'];
  method: string;
  /** Path and query, without the signature of a presigned URL. */
  path: string;
  /** Absent when the connection was cut before an answer. */
  status?: number;
  ms: number;
}

/** The service with a log of its calls, in the order of their answers. */
export function recording(service: Service, log: Call[]): Service {
  const listener: RequestListener = (request, response) => {
    const from = performance.now();
    const path = (request.url ?? '').replace(/([?&]x-amz-(?:signature|credential|security-token)=)[^&]*/gi, '$1…');
    response.once('close', () => {
      const answered = response.writableFinished ? { status: response.statusCode } : {};
      log.push({
        service: service.name,
        method: request.method ?? 'GET',
        path,
        ...answered,
        ms: Math.round(performance.now() - from),
      });
    });
    service.listener(request, response);
  };
  return { ...service, listener };
}
