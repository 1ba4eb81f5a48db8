import { type Dynamic } from '../../terraform/value';
import { stoppable } from '../define';
import { exchange, type Patience } from '../exchange';

export interface GitHubAccess {
  /** As the provider's `base_url`: `api/v3/` is added unless it is GitHub's own. */
  baseUrl: string;
  token: string;
  owner?: string;
}

/** An answer that is an error, in the words of GitHub's Go client. */
export class GitHubError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

// GitHub's own errors (`retryable_errors`), and its two ways of saying that there were too many requests.
const again = (status: number): boolean => [429, 500, 502, 503, 504].includes(status);

/** The end of what is being sent: the provider sends one request at a time, unless told otherwise. */
interface Line {
  end: Promise<unknown>;
}

/** GitHub's REST API as its Terraform provider uses it. */
export class GitHub {
  private readonly base: string;
  private readonly line: Line = { end: Promise.resolve() };

  constructor(
    private readonly access: GitHubAccess & { owner: string; organization: boolean },
    readonly patience: Patience,
  ) {
    const url = access.baseUrl.endsWith('/') ? access.baseUrl : `${access.baseUrl}/`;
    this.base = new URL(url).host === 'api.github.com' || url.endsWith('/api/v3/') ? url : `${url}api/v3/`;
  }

  get owner(): string {
    return this.access.owner;
  }

  /** The path of a repository of the configured owner. */
  repo(name: string): string {
    return `repos/${this.owner}/${name}`;
  }

  until(stop: AbortSignal): GitHub {
    return stoppable(this, stop);
  }

  async call(method: string, path: string, body?: object): Promise<Dynamic> {
    const turn = this.line.end.then(() => this.send(method, path, body));
    this.line.end = turn.catch(() => undefined);
    return turn;
  }

  private async send(method: string, path: string, body?: object): Promise<Dynamic> {
    const url = new URL(path, this.base).toString();
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.access.token}`,
      accept: 'application/vnd.github.v3+json',
      'user-agent': 'go-github/v67.0.0',
      'x-github-api-version': '2022-11-28',
    };
    if (body) headers['content-type'] = 'application/json';
    const { answer } = await exchange(
      { method, url, headers, body: body && JSON.stringify(body) },
      this.patience,
      again,
    );
    const text = answer.body.toString();
    const content = /^[[{]/.test(text) ? (JSON.parse(text) as Dynamic) : {};
    if (answer.status >= 300) {
      const errors = (content.errors ?? []).map((one: Dynamic) => goStruct(one)).join(' ');
      throw new GitHubError(answer.status, `${method} ${url}: ${answer.status} ${content.message ?? text} [${errors}]`);
    }
    if (answer.headers.etag && !Array.isArray(content))
      Object.defineProperty(content, 'etag', { value: answer.headers.etag });
    return content;
  }

  get(path: string): Promise<Dynamic> {
    return this.call('GET', path);
  }

  post(path: string, body: object): Promise<Dynamic> {
    return this.call('POST', path, body);
  }

  put(path: string, body: object): Promise<Dynamic> {
    return this.call('PUT', path, body);
  }

  patch(path: string, body: object): Promise<Dynamic> {
    return this.call('PATCH', path, body);
  }

  delete(path: string): Promise<Dynamic> {
    return this.call('DELETE', path);
  }

  /** Null when there is no such thing. */
  async find(path: string): Promise<Dynamic> {
    return this.get(path).catch((error: Error) => {
      if (error instanceof GitHubError && error.status === 404) return null;
      throw error;
    });
  }
}

/** An error's details as Go prints the structure that holds them. */
const goStruct = (error: Dynamic): string =>
  typeof error === 'string'
    ? error
    : `{Resource:${error.resource ?? ''} Field:${error.field ?? ''} Code:${error.code ?? ''} Message:${error.message ?? ''}}`;

/** Asks who the owner is, as the provider does each time that it is configured. */
export async function connect(access: GitHubAccess, patience: Patience): Promise<GitHub> {
  const anonymous = new GitHub({ ...access, owner: access.owner ?? '', organization: false }, patience);
  if (!access.owner) {
    const user = await anonymous.get('user');
    return new GitHub({ ...access, owner: user.login, organization: false }, patience);
  }
  const organization = await anonymous.get(`orgs/${access.owner}`).catch(() => null);
  return new GitHub({ ...access, owner: access.owner, organization: organization !== null }, patience);
}
