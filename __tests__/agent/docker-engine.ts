import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DockerImage, DockerService, DockerTask, Login } from '../../agent/docker';
import type { ServiceSpec } from '../../agent/render/service-spec';
import { runs, SwarmService, type Behaviour } from './swarm-service';

type Reply = [status: number, body?: unknown];

/**
 * A Docker engine on a socket of its own, as far as the agent asks it. Its services do what swarm's do, one step whenever somebody
 * looks: nothing here goes by the clock.
 */
export class DockerEngine {
  private readonly folder = mkdtempSync(join(tmpdir(), 'docker-'));
  readonly socket = join(this.folder, 'docker.sock');
  /** Each request that changes something, as `POST /services/berth_web/update`, and each `exec`. */
  readonly changes: string[] = [];
  /** What containers of an image do; without one they run. */
  readonly behaviours = new Map<string, Behaviour>();
  /** Images that are here, and those that can be fetched, by reference. */
  readonly images = new Map<string, DockerImage>();
  readonly registry = new Map<
    string,
    { readonly architecture?: string; readonly error?: string; readonly login?: Login }
  >();
  /** What a command in a container answers; the rest ends with 0. */
  readonly execs = new Map<string, { readonly code: number; readonly output: string }>();
  readonly networks = new Map<string, string>([['docker_gwbridge', 'bridge-id']]);
  /** Cuts every connection, as an engine does that is being restarted. */
  away = false;
  /** How many looks still show the status of the update before. */
  lag = 0;
  private readonly all = new Map<string, SwarmService>();
  private readonly commands = new Map<string, readonly string[]>();
  private next = 1;
  /** Of the request that is being answered. */
  private auth: string | undefined;
  private readonly server = http.createServer((request, response) => {
    if (this.away) return void request.socket.destroy();
    void text(request).then((body) => {
      const url = new URL(request.url!, 'http://docker');
      this.auth = request.headers['x-registry-auth'] as string | undefined;
      const [status, answer] = this.answer(
        request.method!,
        url,
        body === '' ? undefined : (JSON.parse(body) as unknown),
      );
      response
        .writeHead(status)
        .end(Buffer.isBuffer(answer) ? answer : answer === undefined ? '' : JSON.stringify(answer));
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.socket, resolve));
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  names = (): string[] => [...this.all.values()].map(({ spec }) => spec.Name);

  service(name: string): SwarmService {
    const found = [...this.all.values()].find(({ spec }) => spec.Name === name);
    if (!found) throw new Error(`the engine has no service ${name}; it has ${this.names().join(', ') || 'none'}`);
    return found;
  }

  /** What a service's containers that run are of. */
  running = (name: string): string[] =>
    this.service(name)
      .tasks.filter(runs)
      .map(({ Spec }) => Spec.ContainerSpec.Image);

  /** Somebody else's doing, past the agent. */
  add(spec: ServiceSpec): SwarmService {
    const service = new SwarmService(`service${this.next++}`, spec, this.behaviours);
    this.all.set(service.id, service);
    return service;
  }

  /** Why a specification is refused, in the engine's own words. */
  refusing?: (spec: ServiceSpec) => string | undefined;

  private answer(method: string, url: URL, body: unknown): Reply {
    const path = url.pathname.replace(/^\/v1\.\d+/, '');
    const [, kind, name = '', verb = ''] = path.split('/').map(decodeURIComponent) as [
      string,
      string,
      string?,
      string?,
    ];
    const service = kind === 'services' ? this.all.get(name) : undefined;
    if (method !== 'GET')
      this.changes.push(
        `${method} ${path.replace(name, service?.spec.Name ?? name)}${url.searchParams.get('fromImage') ?? ''}`,
      );
    switch (kind) {
      case 'services':
        return this.services(method, name, service, url, body as ServiceSpec);
      case 'tasks':
        return this.tasks(JSON.parse(url.searchParams.get('filters')!) as { service: string[] });
      case 'containers':
        return verb === 'exec'
          ? this.begin(body as { Cmd: string[] })
          : this.container(name, verb, Number(url.searchParams.get('tail')));
      case 'exec':
        return this.exec(name, verb);
      case 'images':
        return this.imagesAnswer(method, decodeURIComponent(path.split('/')[2]!), url);
      case 'networks':
        return this.network(method, name, body as { Name: string });
      default:
        return [404, { message: `page not found: ${path}` }];
    }
  }

  private services(
    method: string,
    name: string,
    service: SwarmService | undefined,
    url: URL,
    spec: ServiceSpec,
  ): Reply {
    if (name === '') return [200, [...this.all.values()].map((each) => this.shown(each))];
    if (name === 'create') return [201, { ID: this.add(spec).id }];
    if (!service) return [404, { message: `service ${name} not found` }];
    if (method === 'DELETE') return this.all.delete(service.id) ? [200] : [404];
    if (method === 'GET') {
      service.step();
      return [200, this.shown(service)];
    }
    if (Number(url.searchParams.get('version')) !== service.index)
      return [500, { message: 'rpc error: code = Unknown desc = update out of sequence' }];
    const why = this.refusing?.(spec);
    if (why !== undefined) return [400, { message: why }];
    service.update(spec, this.lag);
    return [200, { Warnings: null }];
  }

  private shown({ id, index, spec, status }: SwarmService): DockerService {
    return { ID: id, Version: { Index: index }, Spec: spec, ...(status && { UpdateStatus: status }) };
  }

  private tasks({ service: [id] }: { service: string[] }): [number, DockerTask[]] {
    const service = this.all.get(id!);
    service?.step();
    return [200, service?.tasks ?? []];
  }

  private container(id: string, verb: string, tail: number): Reply {
    const services = [...this.all.values()];
    if (id === 'json')
      return [
        200,
        services.flatMap(({ spec, tasks }) =>
          tasks.filter(runs).map(() => ({ Labels: { 'com.docker.swarm.service.name': spec.Name } })),
        ),
      ];
    const task = services
      .flatMap(({ tasks }) => tasks)
      .find(({ Status }) => Status.ContainerStatus?.ContainerID === id);
    if (!task) return [404, { message: `No such container: ${id}` }];
    const { log = [], health } = this.behaviours.get(task.Spec.ContainerSpec.Image) ?? {};
    if (verb === 'logs')
      return [200, Buffer.concat(log.slice(-tail).flatMap((line, index) => framed(`${line}\n`, 1 + (index % 2))))];
    return [
      200,
      {
        State:
          health === undefined
            ? {}
            : {
                Health: {
                  Status: 'unhealthy',
                  Log: [
                    { ExitCode: 0, Output: 'ok' },
                    { ExitCode: 1, Output: `${health}\n` },
                  ],
                },
              },
      },
    ];
  }

  private begin({ Cmd }: { Cmd: string[] }): Reply {
    const id = `exec${this.next++}`;
    this.commands.set(id, Cmd);
    this.changes.push(`exec ${Cmd.join(' ')}`);
    return [201, { Id: id }];
  }

  private exec(id: string, verb: string): Reply {
    const { code, output } = this.execs.get(this.commands.get(id)!.slice(0, 2).join(' ')) ?? { code: 0, output: '' };
    return [200, verb === 'start' ? Buffer.concat(framed(output, 2)) : { ExitCode: code }];
  }

  private imagesAnswer(method: string, reference: string, url: URL): Reply {
    if (method === 'POST')
      return [
        200,
        Buffer.from(
          this.pull(url.searchParams.get('fromImage')!)
            .map((line) => `${JSON.stringify(line)}\r\n`)
            .join(''),
        ),
      ];
    if (method === 'DELETE') {
      const found = [...this.images].filter(([, { Id }]) => Id === reference);
      found.forEach(([key]) => this.images.delete(key));
      return found.length > 0 ? [200, []] : [404, { message: `No such image: ${reference}` }];
    }
    if (reference === 'json') return [200, [...this.images.values()]];
    const image = this.images.get(reference);
    return image ? [200, image] : [404, { message: `No such image: ${reference}` }];
  }

  private pull(reference: string): object[] {
    const found = this.registry.get(reference);
    const { username, password, serveraddress } = JSON.parse(
      Buffer.from(this.auth ?? 'e30', 'base64url').toString(),
    ) as Record<string, string>;
    const stranger =
      found?.login && JSON.stringify(found.login) !== JSON.stringify({ host: serveraddress, user: username, password });
    const error =
      found === undefined
        ? `manifest for ${reference} not found: manifest unknown`
        : stranger
          ? 'unauthorized'
          : found.error;
    if (error !== undefined) return [{ status: 'Pulling' }, { error, errorDetail: { message: error } }];
    this.images.set(reference, {
      Id: `id of ${reference}`,
      Architecture: found?.architecture ?? own,
      RepoDigests: [reference],
    });
    return [{ status: 'Pulling' }, { status: 'Status: Downloaded' }];
  }

  private network(method: string, name: string, body: { Name: string } | undefined): Reply {
    if (method === 'POST') {
      this.networks.set(body!.Name, `${body!.Name}-id`);
      return [201, { Id: `${body!.Name}-id` }];
    }
    const id = this.networks.get(name);
    return id === undefined
      ? [404, { message: `network ${name} not found` }]
      : [200, { Id: id, IPAM: { Config: [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }] } }];
  }
}

const own = process.arch === 'x64' ? 'amd64' : process.arch;

/** As Docker sends what a container without a terminal says; a piece may end in the middle of a letter. */
function framed(content: string, stream: number): Buffer[] {
  const bytes = Buffer.from(content);
  const cut = Math.ceil(bytes.length / 2);
  return [bytes.subarray(0, cut), bytes.subarray(cut)].map((piece) => {
    const head = Buffer.alloc(8);
    head[0] = stream;
    head.writeUInt32BE(piece.length, 4);
    return Buffer.concat([head, piece]);
  });
}
