import { etag } from 'hono/etag';
import { ApiError } from './api-error';
import type { Api, Call } from './http';
import type { Store } from './store';
import { type Bearer, mayCall } from './people';

const LIMIT_PER_HOUR = 5000;
const DOCUMENTATION = 'https://docs.github.com/rest';

/** What every call passes: the rate-limit headers, the token and what it may, the etag, the save, and errors in the vendor's form. */
export function mountMiddleware(api: Api, store: Store, bearers: Readonly<Record<string, Bearer>>): void {
  let calls = 0;

  const fail = (call: Call, { status, message, errors }: ApiError) =>
    call.json({ message, ...(errors && { errors }), documentation_url: DOCUMENTATION, status: String(status) }, status);

  // Conditional requests get a 304, and providers keep the etag in their state.
  api.use(etag({ weak: true }));

  api.use(async (call, next) => {
    calls++;
    call.header('x-github-request-id', `REHEARSAL:${String(calls).padStart(6, '0')}`);
    call.header('x-ratelimit-limit', String(LIMIT_PER_HOUR));
    call.header('x-ratelimit-remaining', String(Math.max(0, LIMIT_PER_HOUR - calls)));
    call.header('x-ratelimit-used', String(calls));
    call.header('x-ratelimit-reset', String(Math.ceil(Date.now() / 1000) + 3600));
    call.header('x-ratelimit-resource', 'core');
    const given = /^(?:bearer|token) (.+)$/i.exec(call.req.header('authorization') ?? '')?.[1];
    if (given === undefined) return fail(call, new ApiError(401, 'Requires authentication'));
    if (!Object.hasOwn(bearers, given)) return fail(call, new ApiError(401, 'Bad credentials'));
    const bearer = bearers[given]!;
    if (!mayCall(bearer, call.req.method, call.req.path)) return fail(call, new ApiError(403, bearer.refusal));
    call.set('login', bearer.login);
    const writes = call.req.method !== 'GET' && call.req.method !== 'HEAD';
    if (writes) store.count('clock');
    await next();
    if (writes || call.req.path.endsWith('/public-key')) store.save();
    return undefined;
  });

  api.notFound((call) =>
    fail(
      call,
      new ApiError(
        404,
        `Not Found: the simulator does not know ${call.req.method} ${call.req.path}: it knows a part of the vendor's API; ` +
          'add it in simulator/github',
      ),
    ),
  );

  api.onError((error, call) => {
    if (error instanceof ApiError) return fail(call, error);
    return fail(call, new ApiError(500, `the simulator has a fault of its own: ${error.stack ?? error.message}`));
  });
}
