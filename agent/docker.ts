import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { ServiceSpec } from './render/service-spec';

/** What Docker says of a service, as far as it is used. */
export interface DockerService {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: ServiceSpec;
  readonly UpdateStatus?: { readonly State: string; readonly StartedAt?: string; readonly Message?: string };
}

export interface DockerTask {
  readonly ID: string;
  readonly CreatedAt: string;
  readonly DesiredState: string;
  readonly Spec: ServiceSpec['TaskTemplate'];
  readonly Status: {
    readonly State: string;
    readonly Err?: string;
    readonly Message?: string;
    readonly ContainerStatus?: { readonly ContainerID?: string; readonly ExitCode?: number };
  };
}

export interface DockerContainer {
  readonly State: {
    readonly Health?: {
      readonly Status: string;
      readonly Log?: readonly { readonly ExitCode: number; readonly Output: string }[] | null;
    };
  };
}

export interface DockerImage {
  readonly Id: string;
  readonly Architecture: string;
  readonly RepoDigests?: readonly string[] | null;
}

/** Who fetches from a registry that asks. */
export interface Login {
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

/** Docker's own words for what it refuses, with the status it came with. */
export class DockerError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The engine of this machine, over its socket. */
export class Docker {
  constructor(private readonly socket = '/var/run/docker.sock') {}

  services(): Promise<DockerService[]> {
    return this.json('GET', '/services');
  }

  service(id: string): Promise<DockerService> {
    return this.json('GET', `/services/${id}`);
  }

  async createService(spec: ServiceSpec): Promise<string> {
    return (await this.json<{ ID: string }>('POST', '/services/create', spec)).ID;
  }

  /** Fails when the service is another than the one that was looked at. */
  async updateService(service: Pick<DockerService, 'ID' | 'Version'>, spec: ServiceSpec): Promise<void> {
    await this.json('POST', `/services/${service.ID}/update?version=${service.Version.Index}`, spec);
  }

  async removeService(id: string): Promise<void> {
    await this.json('DELETE', `/services/${id}`);
  }

  tasks(service: string): Promise<DockerTask[]> {
    return this.json('GET', `/tasks?filters=${encodeURIComponent(JSON.stringify({ service: [service] }))}`);
  }

  container(id: string): Promise<DockerContainer> {
    return this.json('GET', `/containers/${id}/json`);
  }

  /** Those that run. */
  containers(): Promise<{ readonly Labels: Readonly<Record<string, string>> }[]> {
    return this.json('GET', '/containers/json');
  }

  /** Its last lines, both streams, oldest first. */
  async logs(container: string, lines: number): Promise<string[]> {
    const { body } = await this.request('GET', `/containers/${container}/logs?stdout=1&stderr=1&tail=${lines}`);
    return unframed(body)
      .split('\n')
      .map((line) => line.trimEnd())
      .filter(Boolean);
  }

  async image(reference: string): Promise<DockerImage | undefined> {
    try {
      return await this.json<DockerImage>('GET', `/images/${encodeURIComponent(reference)}/json`);
    } catch (error) {
      if ((error as DockerError).status === 404) return undefined;
      throw error;
    }
  }

  images(): Promise<DockerImage[]> {
    return this.json('GET', '/images/json?digests=1');
  }

  async removeImage(id: string): Promise<void> {
    await this.json('DELETE', `/images/${encodeURIComponent(id)}`);
  }

  /** Fetches an image; the answer is a stream of progress whose last word tells how it ended. */
  async pull(reference: string, login?: Login): Promise<void> {
    // base64url with its padding: without, Docker takes it for no login at all, and says nothing
    const encoded = (text: string): string =>
      Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    const headers = login && {
      'x-registry-auth': encoded(
        JSON.stringify({ username: login.user, password: login.password, serveraddress: login.host }),
      ),
    };
    const { body } = await this.request(
      'POST',
      `/images/create?fromImage=${encodeURIComponent(reference)}`,
      undefined,
      600_000,
      headers,
    );
    const words = body
      .toString('utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { error?: string });
    const failed = words.find(({ error }) => error !== undefined);
    if (failed) throw new DockerError(500, failed.error!);
  }

  network(name: string): Promise<{ Id: string; IPAM: { Config: { Subnet: string; Gateway: string }[] } }> {
    return this.json('GET', `/networks/${name}`);
  }

  async createNetwork(name: string): Promise<string> {
    return (
      await this.json<{ Id: string }>('POST', '/networks/create', {
        Name: name,
        Driver: 'overlay',
        Attachable: true,
        CheckDuplicate: true,
      })
    ).Id;
  }

  exec(container: string, command: readonly string[]): Promise<{ code: number; output: string }> {
    return this.json<{ Id: string }>('POST', `/containers/${container}/exec`, {
      Cmd: command,
      AttachStdout: true,
      AttachStderr: true,
    }).then(async ({ Id }) => {
      const { body } = await this.request('POST', `/exec/${Id}/start`, { Detach: false, Tty: false });
      const { ExitCode } = await this.json<{ ExitCode: number }>('GET', `/exec/${Id}/json`);
      return { code: ExitCode, output: unframed(body).trim() };
    });
  }

  private async json<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.request(method, path, body);
    return (answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString('utf8'))) as T;
  }

  private async request(
    method: string,
    path: string,
    body?: object,
    timeout = 60_000,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: Buffer }> {
    const answer = await new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
      const text = body && JSON.stringify(body);
      const outgoing = http.request(
        {
          socketPath: this.socket,
          method,
          path: `/v1.44${path}`,
          timeout,
          headers: {
            ...more,
            ...(text !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
          },
        },
        (response) => {
          buffer(response).then((content) => resolve({ status: response.statusCode ?? 0, body: content }), reject);
        },
      );
      outgoing.on('timeout', () =>
        outgoing.destroy(
          new Error(`docker did not answer within ${timeout / 1000} s (${method} ${path.split('?')[0]})`),
        ),
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        reject(['ENOENT', 'ECONNREFUSED'].includes(error.code ?? '') ? new Error('docker is not running') : error),
      );
      outgoing.end(text);
    });
    if (answer.status < 400) return answer;
    throw new DockerError(answer.status, messageOf(answer.body));
  }
}

function messageOf(body: Buffer): string {
  try {
    return (JSON.parse(body.toString('utf8')) as { message: string }).message;
  } catch {
    return body.toString('utf8').trim();
  }
}

/** Without a terminal, Docker puts eight bytes in front of each piece: the stream and the length. */
function unframed(body: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= body.length;) {
    const length = body.readUInt32BE(at + 4);
    pieces.push(body.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(pieces).toString('utf8');
}
