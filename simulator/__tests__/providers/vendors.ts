import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { account } from '../../account';
import { createDigitalOcean } from '../../digitalocean';
import { createGitHub } from '../../github';
import { createSpaces } from '../../spaces';
import { serveStandIns, type StandIns } from '../../terraform/serve';
import { described } from '../described';
import { testSeed } from '../seed';
import { Workspace } from '../terraform/workspace';

/** A call that a provider made, as a test compares it. */
export interface Called {
  method: string;
  path: string;
  body: string;
  status: number;
}

/** The simulated vendors, the stand-ins that call them, and a folder for Terraform: everything a provider's test needs. */
export class Vendors {
  readonly calls: Called[] = [];
  /** Requests and answers that do not fit the vendors' own descriptions. */
  readonly complaints: string[] = [];
  readonly digitalocean = createDigitalOcean({ actionMs: 5 });
  readonly github = createGitHub({ seed: testSeed });
  readonly spaces = createSpaces({
    keyOf: (key) => {
      const { accessKey, secretKey, grants } = this.digitalocean.spacesKey(key) ?? {};
      return accessKey && secretKey && grants ? { accessKey, secretKey, grants } : undefined;
    },
  });
  private readonly servers: Server[] = [];
  standIns!: StandIns;
  workspace!: Workspace;
  urls!: { digitalocean: string; github: string; spaces: number };

  /** May answer instead of the vendor, or cut the connection before the vendor acts or after it did. */
  fault?: (call: {
    method: string;
    path: string;
  }) => { status: number; body?: object } | 'cut before' | 'cut after' | undefined;

  async start(options: { strict?: boolean; retries?: number } = {}): Promise<this> {
    const port = async (listener: RequestListener) => {
      const server = createServer(this.recorded(listener));
      this.servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    this.urls = {
      digitalocean: `http://127.0.0.1:${await port(described(this.digitalocean, this.complaints).listener)}`,
      github: `http://127.0.0.1:${await port(described(this.github, this.complaints).listener)}/`,
      spaces: await port(this.spaces.listener),
    };
    this.standIns = await serveStandIns({
      digitalocean: {
        apiUrl: this.urls.digitalocean,
        token: account.digitaloceanToken,
        spaces: { host: '127.0.0.1', port: this.urls.spaces, ...account.spaces },
      },
      github: { baseUrl: this.urls.github, token: account.githubToken, owner: 'acme' },
      strict: options.strict,
      retries: options.retries,
      pollMs: 2,
    });
    this.workspace = new Workspace(() => ({ ...this.standIns.env }));
    return this;
  }

  /** Writes down each call, and lets `fault` answer first. */
  private recorded(listener: RequestListener): RequestListener {
    return (request, response) => {
      const { method = '', url = '' } = request;
      const fault = this.fault?.({ method, path: url });
      if (fault === 'cut before') return void request.socket.destroy();
      const parts: Buffer[] = [];
      const push = request.push.bind(request);
      // Listening for the body would take it away from the vendor.
      request.push = (part: Buffer | null, encoding?: BufferEncoding) => {
        if (part) parts.push(part);
        return push(part, encoding);
      };
      const note = () =>
        this.calls.push({ method, path: url, body: Buffer.concat(parts).toString(), status: response.statusCode });
      response.on('finish', note);
      if (fault === 'cut after') {
        response.end = (() => {
          note();
          request.socket.destroy();
          return response;
        }) as typeof response.end;
        response.write = () => true;
        response.writeHead = () => response;
      } else if (fault) {
        request.resume();
        return void response
          .writeHead(fault.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(fault.body ?? {}));
      }
      return void listener(request, response);
    };
  }

  /** Writes a configuration with resources by address. */
  write(resources: Record<string, object>, more: object = {}): void {
    const resource: Record<string, Record<string, object>> = {};
    for (const [address, body] of Object.entries(resources)) {
      const [type, name] = address.split('.');
      (resource[type] ??= {})[name] = body;
    }
    this.workspace.write({
      terraform: {
        required_providers: {
          digitalocean: { source: 'digitalocean/digitalocean' },
          github: { source: 'integrations/github' },
        },
      },
      ...(Object.keys(resource).length > 0 ? { resource } : {}),
      ...more,
    });
  }

  /** What was called since the last time, without what only looked. */
  writes(): string[] {
    return this.calls
      .splice(0)
      .filter((call) => !['GET', 'HEAD'].includes(call.method))
      .map((call) => `${call.method} ${call.path} ${call.status}`);
  }

  async close(): Promise<void> {
    this.workspace.close();
    await this.standIns.close();
    for (const server of this.servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    if (this.complaints.length > 0) throw new Error([...new Set(this.complaints)].join('\n'));
  }
}
