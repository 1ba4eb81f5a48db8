import http, { type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: () => unknown;
}

/** A listener behind a port of this host, asked as any host that it answers for. */
export class Served {
  private readonly server: http.Server;

  constructor(listener: RequestListener) {
    this.server = http.createServer(listener);
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  ask(host: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      http
        .request(
          { port: this.port, host: '127.0.0.1', path, method, agent: false, headers: { host, ...headers } },
          (response) => {
            const chunks: Buffer[] = [];
            response
              .on('data', (chunk: Buffer) => chunks.push(chunk))
              .on('error', reject)
              .on('end', () => {
                const body = Buffer.concat(chunks);
                resolve({
                  status: response.statusCode!,
                  headers: response.headers,
                  body,
                  json: () => JSON.parse(body.toString()) as unknown,
                });
              });
          },
        )
        .on('error', reject)
        .end();
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
