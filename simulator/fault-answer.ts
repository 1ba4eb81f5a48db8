import type { ServiceName } from './service';

interface Answer {
  headers: Record<string, string>;
  body: string;
}

/** Seconds until a client that was told to slow down may come back: clients sleep that long, so the simulator keeps it short. */
const RETRY_AFTER = 1;

const WORDS: Record<number, [id: string, message: string]> = {
  400: ['bad_request', 'Bad request.'],
  401: ['unauthorized', 'Unable to authenticate you'],
  403: ['forbidden', 'You do not have access for the attempted action.'],
  404: ['not_found', 'The resource you were accessing could not be found.'],
  409: ['conflict', 'The request could not be completed due to a conflict.'],
  412: ['precondition_failed', 'Precondition failed.'],
  422: ['unprocessable_entity', 'The request could not be processed.'],
  429: ['too_many_requests', 'API Rate limit exceeded.'],
  500: ['server_error', 'Unexpected server-side error'],
  502: ['bad_gateway', 'Bad gateway.'],
  503: ['service_unavailable', 'Service unavailable. Please try again later.'],
  504: ['gateway_timeout', 'Gateway timeout.'],
};

const S3_CODES: Record<number, string> = {
  400: 'InvalidRequest',
  401: 'AccessDenied',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  409: 'OperationAborted',
  412: 'PreconditionFailed',
  429: 'SlowDown',
  500: 'InternalError',
  503: 'SlowDown',
};

function words(status: number): [id: string, message: string] {
  return WORDS[status] ?? WORDS[status < 500 ? 400 : 500];
}

interface Told {
  readonly limit?: 'primary' | 'secondary';
  readonly retryAfter?: number;
}

/** How this vendor says it: DigitalOcean `{ id, message }`, GitHub `{ message, documentation_url, status }`, Spaces XML. */
export function defaultAnswer(service: ServiceName, status: number, told: Told = {}): Answer {
  const [id, message] = words(status);
  const retryAfter = String(told.retryAfter ?? RETRY_AFTER);
  const slowDown: Record<string, string> =
    status === 429 || status === 503 || told.retryAfter !== undefined ? { 'retry-after': retryAfter } : {};
  if (service === 'spaces') {
    const code = S3_CODES[status] ?? S3_CODES[status < 500 ? 400 : 500];
    return {
      headers: { 'content-type': 'application/xml', ...slowDown },
      body:
        '<?xml version="1.0" encoding="UTF-8"?>' +
        `<Error><Code>${code}</Code><Message>${message}</Message><RequestId>rehearsed-fault</RequestId></Error>`,
    };
  }
  if (service === 'github') return github(status, message, { limit: status === 429 ? 'primary' : undefined, ...told });
  const limits: Record<string, string> = status === 429 ? exhausted('ratelimit', told) : {};
  const body = { id, message, request_id: '00000000-0000-4000-8000-0000000fa017' };
  return { headers: { 'content-type': 'application/json', ...slowDown, ...limits }, body: JSON.stringify(body) };
}

/**
 * Both rate limits come as 403 or 429. The primary one tells when the next hour begins, the secondary one how many seconds to wait:
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
function github(status: number, otherwise: string, { limit, retryAfter = RETRY_AFTER }: Told): Answer {
  const message = {
    primary: 'API rate limit exceeded',
    secondary: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    none: otherwise,
  }[limit ?? 'none'];
  const slowDown: Record<string, string> =
    limit === 'secondary' || status === 429 || status === 503 ? { 'retry-after': String(retryAfter) } : {};
  return {
    headers: {
      'content-type': 'application/json',
      ...slowDown,
      ...(limit === 'primary' && exhausted('x-ratelimit', { retryAfter })),
    },
    body: JSON.stringify({ message, documentation_url: 'https://docs.github.com/rest', status: String(status) }),
  };
}

const exhausted = (prefix: string, { retryAfter = RETRY_AFTER }: Told): Record<string, string> => ({
  [`${prefix}-limit`]: '5000',
  [`${prefix}-remaining`]: '0',
  [`${prefix}-reset`]: String(Math.ceil(Date.now() / 1000) + retryAfter),
});
