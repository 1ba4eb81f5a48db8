import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { account } from '../account';
import type { Service } from '../service';
import { OpenApi, type Vendor } from './open-api';
import { isKnownViolation } from './known-violations';

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer's shape is what a test looks at
  body: any;
  headers: Headers;
}

export interface Served {
  url: string;
  /** Sends a request with the account's token. What does not fit the vendor's own description of its API is an error. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** What `call` answers, when it has this status. */
  expect(status: number, method: string, path: string, body?: unknown): Promise<Answer['body']>;
  close(): Promise<void>;
}

/** Serves on a free loopback port; `vendor` names the description that all of the traffic is held against. */
export async function serve(service: Service, vendor?: Vendor): Promise<Served> {
  const description = vendor && OpenApi.of(vendor);
  const server = createServer(service.listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = service.name === 'github' ? account.githubToken : account.digitaloceanToken;

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === '' ? undefined : JSON.parse(text);
    if (description) {
      const documented = path.replace(/^\/api\/v3(?=\/)/, '');
      const problems = description
        .check({ method, path: documented, request: body, status: response.status, answer })
        .filter((problem) => !isKnownViolation(method, documented, body, problem));
      if (problems.length > 0)
        throw new Error(
          [
            `${method} ${path} → ${response.status} does not fit ${vendor}'s description:`,
            ...problems,
            text.slice(0, 800),
          ].join('\n'),
        );
    }
    return { status: response.status, body: answer, headers: response.headers };
  }

  return {
    url,
    call,
    async expect(status, method, path, body) {
      const answer = await call(method, path, body);
      if (answer.status !== status)
        throw new Error(
          `${method} ${path} answered ${answer.status}, expected ${status}: ${JSON.stringify(answer.body)}`,
        );
      return answer.body;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
