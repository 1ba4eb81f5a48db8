import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOctokit, type Octokit } from '../../plan/github';
import { account } from '../../simulator/account';
import { type Fault, withFaults } from '../../simulator/faults';
import { createGitHub, type GitHub } from '../../simulator/github';
import { seed } from '../../scenario/seed';
import { described } from '../../simulator/__tests__/described';

export const tokens = {
  ada: account.githubToken,
  workflow: account.github.workflowToken,
  fork: account.github.forkToken,
  outsider: account.github.outsiderToken,
};
export const repository = { owner: 'acme', repo: 'asset-archive' };

/** The rehearsed GitHub over real HTTP, held against GitHub's own description, with calls that go wrong as a test wants. */
export class TestHub {
  readonly complaints: string[] = [];
  readonly calls: string[] = [];
  private readonly faults: Fault[] = [];
  private faulty?: ReturnType<typeof withFaults>;

  private constructor(
    readonly github: GitHub,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  static async open(): Promise<TestHub> {
    const github = createGitHub({ seed });
    const server = createServer();
    const hub = new TestHub(github, server);
    const service = described(github, hub.complaints);
    server.on('request', (request, response) => {
      hub.calls.push(`${request.method} ${request.url}`);
      hub.watcher?.(`${request.method} ${request.url}`);
      const faulty = hub.faults.length > 0 ? (hub.faulty ??= withFaults(hub.faults, service)) : service;
      faulty.listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return hub;
  }

  /** Told of each call before it is answered: what others do in between. */
  watcher?: (call: string) => void;

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on these go wrong. */
  fail(...faults: Fault[]): void {
    this.faults.splice(0, this.faults.length, ...faults);
    this.faulty = undefined;
  }

  /** A client whose seconds are a millisecond long. */
  octokit(token: string = tokens.ada): Octokit {
    return createOctokit({ token, url: this.url, second: 1 });
  }

  get repository() {
    return this.github.state.repositories['acme/asset-archive']!;
  }

  /** Comments of everybody, as `login: body`. */
  comments(): string[] {
    return Object.values(this.repository.comments).map(({ user, body }) => `${user}: ${body}`);
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }
}
