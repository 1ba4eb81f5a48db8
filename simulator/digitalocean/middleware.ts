import { ApiError } from './api-error';
import type { Cloud } from './cloud';
import type { Api, Call } from './http';

const LIMIT_PER_HOUR = 5000;

/** What every call passes: request id, rate-limit headers, token, finished actions, the save, and errors in the vendor's form. */
export function mountMiddleware(api: Api, cloud: Cloud, token: string): void {
  let calls = 0;

  const fail = (call: Call, { status, id, message }: ApiError) =>
    call.json({ id, message, ...(status !== 401 && { request_id: call.get('requestId') }) }, status);

  api.use(async (call, next) => {
    calls++;
    call.set('requestId', `00000000-0000-4000-8000-${String(calls).padStart(12, '0')}`);
    call.header('x-request-id', call.get('requestId'));
    call.header('ratelimit-limit', String(LIMIT_PER_HOUR));
    call.header('ratelimit-remaining', String(Math.max(0, LIMIT_PER_HOUR - calls)));
    call.header('ratelimit-reset', String(Math.ceil(Date.now() / 1000) + 3600));
    if (call.req.header('authorization') !== `Bearer ${token}`) {
      return fail(call, new ApiError(401, 'unauthorized', 'Unable to authenticate you'));
    }
    const writes = call.req.method !== 'GET' && call.req.method !== 'HEAD';
    const finished = cloud.finishActions();
    if (writes) cloud.count('clock');
    await next();
    if (writes || finished) cloud.save();
    return undefined;
  });

  api.notFound((call) =>
    fail(
      call,
      new ApiError(
        404,
        'not_found',
        `the simulator does not know ${call.req.method} ${call.req.path}: it knows a part of the vendor's API; ` +
          'add it in simulator/digitalocean',
      ),
    ),
  );

  api.onError((error, call) => {
    if (error instanceof ApiError) return fail(call, error);
    return fail(
      call,
      new ApiError(500, 'server_error', `the simulator has a fault of its own: ${error.stack ?? error.message}`),
    );
  });
}
