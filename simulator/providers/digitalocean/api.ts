import { type Dynamic } from '../../terraform/value';
import { stoppable } from '../define';
import { exchange, type Patience, pause } from '../exchange';
import { Spaces, type SpacesAccess } from './spaces';

export interface DigitalOceanAccess {
  apiUrl: string;
  token: string;
  spaces: SpacesAccess;
}

/** DigitalOcean's client retries what is likely to pass: too many requests and the server's own errors, save 501. */
const again = (status: number): boolean => status === 429 || (status >= 500 && status !== 501);

/** An answer that is an error, in the words of DigitalOcean's Go client. */
export class DigitalOceanError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** DigitalOcean's API as its Terraform provider uses it. Each call is given the words that the provider puts before an error. */
export class DigitalOcean {
  readonly stop?: AbortSignal;
  readonly spaces: Spaces;

  constructor(
    private readonly access: DigitalOceanAccess,
    readonly patience: Patience,
  ) {
    this.spaces = new Spaces(access.spaces, patience);
  }

  until(stop: AbortSignal): DigitalOcean {
    return stoppable(this, stop);
  }

  async call(method: string, path: string, body: object | undefined, failure: string): Promise<Dynamic> {
    const url = new URL(path, this.access.apiUrl).toString();
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.access.token}`,
      accept: 'application/json',
    };
    if (body) headers['content-type'] = 'application/json';
    const request = { method, url, headers, body: body && JSON.stringify(body) };
    const { answer, attempts, exhausted } = await exchange(request, this.patience, again).catch((error: Error) => {
      throw new Error(`${failure}: ${error.message}`);
    });
    const text = answer.body.toString();
    const content = text.startsWith('{') ? (JSON.parse(text) as Dynamic) : {};
    if (answer.status < 300) return content;
    const id = content.request_id ?? answer.headers['x-request-id'];
    const gaveUp = exhausted ? `; giving up after ${attempts} attempt(s)` : '';
    const said = `${answer.status} ${id ? `(request "${id}") ` : ''}${content.message ?? text}${gaveUp}`;
    throw new DigitalOceanError(answer.status, `${failure}: ${method} ${url}: ${said}`);
  }

  get(path: string, failure: string): Promise<Dynamic> {
    return this.call('GET', path, undefined, failure);
  }

  post(path: string, body: object, failure: string): Promise<Dynamic> {
    return this.call('POST', path, body, failure);
  }

  put(path: string, body: object, failure: string): Promise<Dynamic> {
    return this.call('PUT', path, body, failure);
  }

  patch(path: string, body: object, failure: string): Promise<Dynamic> {
    return this.call('PATCH', path, body, failure);
  }

  delete(path: string, failure: string, body?: object): Promise<Dynamic> {
    return this.call('DELETE', path, body, failure);
  }

  /** Null when there is no such thing. */
  async find(path: string, failure: string): Promise<Dynamic> {
    return this.get(path, failure).catch((error: Error) => {
      if (error instanceof DigitalOceanError && error.status === 404) return null;
      throw error;
    });
  }

  /** Everything in a list that comes in pages. */
  async list(path: string, key: string, failure: string): Promise<Dynamic[]> {
    const all: Dynamic[] = [];
    for (let page = 1; ; page++) {
      const answer = await this.get(`${path}${path.includes('?') ? '&' : '?'}page=${page}&per_page=200`, failure);
      all.push(...(answer[key] ?? []));
      if (!answer.links?.pages?.next) return all;
    }
  }

  /**
   * Looks until there is an answer. The real provider waits before its first look, too, and looks `looks` times, 10 s apart:
   * an hour unless told. Here it goes on for a while in any case, since a machine that runs the simulator can be slow.
   */
  async wait(look: () => Promise<Dynamic>, failure: string, looks = 360): Promise<Dynamic> {
    const patience = Math.max(looks * this.patience.pollMs, looks < 100 ? 3_000 : 120_000);
    for (const started = Date.now(); Date.now() - started < patience;) {
      await pause(this.patience.pollMs, this.stop).catch((error: Error) => {
        throw new Error(`${failure}: ${error.message}`);
      });
      const found = await look();
      if (found) return found;
    }
    throw new Error(`${failure}: timeout while waiting for state to become 'completed' (timeout: ${looks / 6}m0s)`);
  }

  /** Waits for an action to be done; `path` is where it can be asked for. */
  async completed(path: string, failure: string): Promise<void> {
    await this.wait(async () => {
      const { action } = await this.get(path, failure);
      if (action.status === 'errored')
        throw new Error(`${failure}: unexpected state 'errored', wanted target 'completed'. last error: %!s(<nil>)`);
      return action.status === 'completed';
    }, failure);
  }
}
