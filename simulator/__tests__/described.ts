import type { RequestListener } from 'node:http';
import type { Service } from '../service';
import { isKnownViolation } from './known-violations';
import { OpenApi } from './open-api';

const json = (parts: Buffer[]): unknown => {
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
};

/**
 * The service with a listener at its door: every request and every answer is held against the vendor's own description of
 * its API, and what does not fit is added to `complaints`. Spaces has none: S3 is described by its clients.
 */
export function described<S extends Pick<Service, 'name' | 'listener'>>(service: S, complaints: string[]): S {
  const description = service.name === 'spaces' ? undefined : OpenApi.of(service.name);
  if (description === undefined) return service;
  const listener: RequestListener = (request, response) => {
    const asked: Buffer[] = [];
    const answered: Buffer[] = [];
    const push = request.push.bind(request);
    // reading the body would take it away from the service
    request.push = (part: Buffer | null, encoding?: BufferEncoding) => {
      if (part) asked.push(part);
      return push(part, encoding);
    };
    const keep = (part: unknown): void => {
      if (typeof part === 'string' || part instanceof Uint8Array) answered.push(Buffer.from(part));
    };
    const write = response.write.bind(response) as (...args: unknown[]) => boolean;
    const end = response.end.bind(response) as (...args: unknown[]) => typeof response;
    response.write = (...args: unknown[]) => {
      keep(args[0]);
      return write(...args);
    };
    response.end = ((...args: unknown[]) => {
      keep(args[0]);
      return end(...args);
    }) as typeof response.end;
    response.on('finish', () => {
      const { method = 'GET', url = '' } = request;
      const path = url.replace(/^\/api\/v3(?=\/)/, '');
      const body = json(asked);
      const problems = description
        .check({ method, path, request: body, status: response.statusCode, answer: json(answered) })
        .filter((problem) => !isKnownViolation(method, path, body, problem));
      if (problems.length > 0) complaints.push(`${method} ${path} → ${response.statusCode}: ${problems.join('; ')}`);
    });
    service.listener(request, response);
  };
  return { ...service, listener };
}
