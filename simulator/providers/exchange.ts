import http from 'node:http';

export interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** How often and how patiently a provider tries again, and how it looks whether something is done. */
export interface Patience {
  /** Further attempts after the first. */
  retries: number;
  /** The first wait in milliseconds; each next one is twice as long, up to thirty times the first. */
  retryMs: number;
  /** Between two looks at something that takes time. The real providers look every 10 s. */
  pollMs: number;
}

// A connection for each call: one that is kept can be closed just when it is used again, which would look like a fault.
const agent = new http.Agent({ keepAlive: false });

const exchangeOnce = ({ method, url, headers, body }: Request) =>
  new Promise<Answer>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = http.request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });

/** A connection error in the words of Go's HTTP client, which the real providers are built on. */
function inGo(error: NodeJS.ErrnoException, { method, url }: Request): Error {
  const { host } = new URL(url);
  const reasons: Record<string, string> = {
    ECONNREFUSED: `dial tcp ${host}: connect: connection refused`,
    ECONNRESET: error.message === 'socket hang up' ? 'EOF' : `read tcp ${host}: read: connection reset by peer`,
    EPIPE: `write tcp ${host}: write: broken pipe`,
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new Error(`${method[0]}${method.slice(1).toLowerCase()} "${url}": ${reason}`);
}

export const pause = (ms: number, stop?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (stop?.aborted) return reject(stop.reason as Error);
    const cancel = () => {
      clearTimeout(timer);
      reject(stop?.reason as Error);
    };
    const timer = setTimeout(() => {
      stop?.removeEventListener('abort', cancel);
      resolve();
    }, ms);
    stop?.addEventListener('abort', cancel, { once: true });
  });

/**
 * Sends a request, and again after a connection error or an answer that `again` accepts: also one that creates something. The
 * real providers do the same, so a creation that was carried out but not answered can happen twice.
 */
export async function exchange(
  request: Request,
  patience: Patience,
  again: (status: number) => boolean,
): Promise<{ answer: Answer; attempts: number; exhausted: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt > patience.retries;
    try {
      const answer = await exchangeOnce(request);
      if (!again(answer.status)) return { answer, attempts: attempt, exhausted: false };
      if (last) return { answer, attempts: attempt, exhausted: true };
    } catch (error) {
      if (last) throw inGo(error as NodeJS.ErrnoException, request);
    }
    await pause(Math.min(patience.retryMs * 2 ** (attempt - 1), patience.retryMs * 30));
  }
}
